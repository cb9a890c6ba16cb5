"""Write the generated pages of the documentation and the JSON Schema: `make docs`.

Whole pages: `reference/scenario.md` (from the schema), `reference/cli.md` (from the command line).
Between markers: the tables of `inputs.md` (from the default scenario). Beside them
`scenarios/schema.json` and, when asked with `--chart`, the picture of the README.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from generators.cli_page import cli_page
from generators.inputs_page import filled
from generators.scenario_page import scenario_page

from sim.cli.verbs.init import schema_text
from sim.scenario.loading import load

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT / "scenarios" / "cangqian.yaml"


def generated() -> dict[Path, str]:
    """Every generated file and what it should say."""
    inputs = load(DEFAULT, need_level=False)
    page = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    return {
        ROOT / "scenarios" / "schema.json": schema_text(),
        ROOT / "docs" / "reference" / "scenario.md": scenario_page(),
        ROOT / "docs" / "reference" / "cli.md": cli_page(),
        ROOT / "docs" / "inputs.md": filled(page, inputs),
    }


def shrink(chart: Path) -> Path:
    """Re-save a chart of a run at half its size."""
    from PIL import Image

    out = ROOT / "docs" / "images" / chart.name
    with Image.open(chart) as picture:
        half = (picture.width // 2, picture.height // 2)
        picture.convert("RGB").resize(half).save(out, optimize=True)
    return out


def main(arguments: list[str]) -> int:
    """Write what has changed, and say what."""
    if arguments[:1] == ["--chart"]:
        print(f"{shrink(Path(arguments[1])).relative_to(ROOT)} written")
        return 0
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"{path.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Draw the pictures of `gallery.md` anew: run its commands, and save small copies of their charts.

The page decides: a picture below a block of commands is the first chart of that name which the last
of them wrote. `python docs/gallery.py WORD` does so for blocks with the word in them.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "gallery.md"
SECTION = re.compile(r"^```\n(.*?)^```$(.*?)(?=^```|\Z)", re.DOTALL | re.MULTILINE)
PICTURE = re.compile(r"\]\((images/gallery/([\w-]+)\.webp)\)")
WIDTH = 800


def draw(commands: list[str], pictures: list[tuple[str, str]]) -> None:
    """Run commands from the project's folder, and save the charts of the last one's `--out`."""
    for line in commands:
        program, *words = shlex.split(line)
        subprocess.run([Path(sys.executable).with_name(program), *words], cwd=ROOT, check=True)
    charts = ROOT / words[words.index("--out") + 1] / "charts"
    for path, name in pictures:
        chart = next(
            iter(sorted(charts.glob(f"{name}.png")) or sorted(charts.glob(f"{name}*.png")))
        )
        with Image.open(chart) as whole:
            small = whole.convert("RGB")
            small.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
            small.save(PAGE.parent / path, quality=50, method=6)
        print(f"{path}: {chart.relative_to(ROOT)}")


if __name__ == "__main__":
    (PAGE.parent / "images" / "gallery").mkdir(exist_ok=True)
    for block, below in SECTION.findall(PAGE.read_text(encoding="utf-8")):
        if all(word in block for word in sys.argv[1:]):
            draw(block.splitlines(), PICTURE.findall(below))

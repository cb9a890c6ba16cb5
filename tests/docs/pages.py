"""The pages of the documentation and what is written in them."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def pages() -> list[Path]:
    """Every page: those at the top, those under `docs/` and measurements."""
    top = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    measured = sorted((ROOT / "benchmarks" / "results").glob("*.md"))
    return [*top, *sorted((ROOT / "docs").rglob("*.md")), *measured]


def named(path: Path) -> str:
    """Name of a page for messages and test ids."""
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """Info string and text of every fenced block."""
    for found in FENCE.finditer(text_of(path)):
        yield found["info"].strip(), found["text"]


def without_blocks(path: Path) -> str:
    """Text of a page without fenced blocks."""
    return FENCE.sub("", text_of(path))


def generator() -> ModuleType:
    """`docs/generate.py` as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

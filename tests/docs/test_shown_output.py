"""What a how-to page shows as output is what the command above it prints."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
from pathlib import Path

import pytest
from cli.commands import inside

from .pages import ROOT, blocks

PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
ELSEWHERE = {"write-a-scenario.md": 1, "calibrate.md": 1, "import-your-data.md": 1}
"""Page -> shown problems and notes of other files, which no command above prints."""
FIRST = {"explain-a-refusal.md": "run scenarios/cangqian.yaml --replications 1 --no-charts"}
"""What has to be there before a page's commands."""


def shown(page: Path) -> list[tuple[list[str], str]]:
    """Commands of a page, in order, and what it shows of the last one's output; else nothing."""
    if page.name in ELSEWHERE:
        return []
    return [
        (text.splitlines(), output)
        for (info, text), (following, output) in itertools.pairwise(blocks(page))
        if info in ("", "sh") and following == "text"
    ]


def pattern(output: str) -> str:
    """Output as a regular expression, in which a line of three dots is any lines."""
    lines = (
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line) + r"\n"
        for line in output.splitlines()
    )
    return "".join(lines)


def test_every_shown_output_has_its_command() -> None:
    for page in PAGES:
        texts = [info for info, _ in blocks(page) if info == "text"]
        assert len(texts) == len(shown(page)) + ELSEWHERE.get(page.name, 0), page.name


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in PAGES if shown(p)], ids=lambda page: page.stem)
def test_shown_output_is_what_the_command_prints(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    if page.name in FIRST:
        assert inside(tmp_path, *shlex.split(FIRST[page.name])).returncode == 0
    for commands, output in shown(page):
        for line in commands:
            program, *words = shlex.split(line)
            assert program == "linli"
            done = inside(tmp_path, *words)
            assert done.returncode == 0, done.stderr
        assert re.fullmatch(pattern(output), done.stdout), done.stdout

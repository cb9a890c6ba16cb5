"""Findings, tables and terminals of small results, word by word; `make golden-words` keeps them.

A sentence that changes is a decision: whoever changes one reads the difference of these files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.commands import inside

from sim.messages import LANGUAGES, speaking
from sim.report.document.content import Document, Language, Table
from sim.report.document.report import document
from sim.report.numbers import figure_words

GOLDEN = Path(__file__).parents[1] / "golden"
ROWS = 12
"""Rows of a table that are kept: the others are worded in the same way."""
FAST = ("--jobs", "1", "--replications", "3")
TERMINALS = {
    "run": ("test.yaml", *FAST, "--charts", "none"),
    "compare": ("test.yaml", "short.yaml", *FAST, "--no-charts"),
    "headroom": ("test.yaml", *FAST, "--no-charts"),
    "sensitivity": ("test.yaml", "--of", "run", "--jobs", "1", "--draws", "8", "--no-charts"),
}
SEARCHED = ("headroom", "sensitivity", "differences", "advice", "site", "season")


def worded(document: Document) -> Iterator[str]:
    """A document as lines of text: all that its readers see but pictures and definitions."""
    yield from (document.title, document.subtitle)
    for chapter in document.chapters:
        if chapter.key == "again":  # versions and commands
            continue
        yield from ("", f"# {chapter.title}", *chapter.words)
        for finding in chapter.findings:
            yield f"- {finding.text} | {finding.evidence} | {finding.table}"
        for table in chapter.tables:
            yield from _rows(table)


def _rows(table: Table) -> Iterator[str]:
    yield f"## {table.title}"
    yield " | ".join(column.words for column in table.columns)
    for row in table.rows[:ROWS]:
        yield " | ".join(
            cell if isinstance(cell, str) else "" if cell is None else figure_words(cell)
            for cell in row
        )
    if len(table.rows) > ROWS:
        yield f"... {len(table.rows)}"


def check(name: str, text: str) -> None:
    """Compare with what was kept, or keep it."""
    path = GOLDEN / f"{name}.txt"
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    if os.environ.get("GOLDEN_WORDS") == "accept":
        path.write_text(text, encoding="utf-8")
    assert path.read_text("utf-8").splitlines() == text.splitlines()


@pytest.mark.parametrize("verb", ["run", "compare"])
def test_words_of_a_report(folders: dict[str, Path], verb: str, language: Language) -> None:
    with speaking(language):
        text = "\n".join(worded(document([folders[verb]], language)))
    check(f"report-{verb}-{language}", text)


@pytest.mark.parametrize("search", SEARCHED)
def test_words_of_a_search(searched: list[Path], search: str, language: Language) -> None:
    folder = next(f for f in searched if f.name == search)
    with speaking(language):
        text = "\n".join(worded(document([folder], language)))
    check(f"report-{search}-{language}", text)


@pytest.mark.parametrize("verb", TERMINALS)
@pytest.mark.parametrize("tongue", LANGUAGES)
def test_words_of_a_terminal(
    folders: dict[str, Path], tmp_path: Path, verb: str, tongue: Language
) -> None:
    for path in folders["run"].parent.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    done = inside(tmp_path, verb, *TERMINALS[verb], "--out", verb, "--language", tongue)
    assert done.returncode == 0, done.stderr
    check(f"terminal-{verb}-{tongue}", done.stdout)

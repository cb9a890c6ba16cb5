"""The print: typst refuses pictures without words, and takes names for text."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from sim.report.document.content import Document, Language
from sim.report.document.print import TEMPLATE, printed
from sim.report.document.report import document


def test_a_document_is_printed_with_tags(made: tuple[Path, Document]) -> None:
    content = printed(made[1])
    assert content.startswith(b"%PDF-")
    assert printed(made[1]) == content  # the same bytes: no clock in it


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_names_are_no_markup(hostile: Path, tongue: Language) -> None:
    """`$x^2$ #let _ =` does not compile where it is taken for markup."""
    assert printed(document([hostile], tongue)).startswith(b"%PDF-")
    with pytest.raises(typst.TypstError):
        typst.compile(b"$x^2$ #let _ = *b* \\ [c]", format="pdf")


def test_names_of_searches_are_no_markup(hostile_searches: list[Path]) -> None:
    assert printed(document(hostile_searches, "zh")).startswith(b"%PDF-")


def test_the_template_is_the_same_for_every_document() -> None:
    """Nothing is put into the source itself: it evaluates no text."""
    assert "eval(" not in TEMPLATE.read_text("utf-8")

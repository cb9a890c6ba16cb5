"""Slides, opened again: a finding each, fonts for every script, words for every picture."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from sim.report.document.content import Document
from sim.report.document.report import document
from sim.report.document.slides import slides

from .conftest import HOSTILE, WORST
from .test_pictures import with_chart


def opened(document: Document) -> Any:
    return Presentation(io.BytesIO(slides(document)))


@pytest.fixture(scope="session")
def deck(made: tuple[Path, Document]) -> Any:
    """Slides of a document, opened once for all that is asked of them."""
    return opened(made[1])


def test_each_finding_is_a_title_with_its_sources_in_the_notes(
    made: tuple[Path, Document], deck: Any
) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    at = -1
    said = [s.text_frame.text for d in deck.slides for s in d.shapes if s.has_text_frame]
    for finding in made[1].findings:
        assert finding.text in said
        if not finding.table:  # a caveat stands below the title of another
            continue
        at = titles.index(finding.text, at + 1)
        notes = deck.slides[at].notes_slide.notes_text_frame.text
        assert finding.evidence in notes
        for figure in finding.figures:
            assert figure.source.words in notes


def test_every_run_has_a_font_for_every_script(deck: Any) -> None:
    """LibreOffice and WPS choose one that lacks characters where `a:ea` is not there."""
    for slide in deck.slides:
        parts = [slide, slide.notes_slide] if slide.has_notes_slide else [slide]
        for part in parts:
            for run in part.element.iter(qn("a:r")):
                tags = [child.tag for child in run.find(qn("a:rPr"))]
                places = [tags.index(qn(f"a:{name}")) for name in ("latin", "ea", "cs")]
                assert places == sorted(places)
                assert tags.index(qn("a:solidFill")) < places[0]


def test_the_theme_names_an_east_asian_font(deck: Any) -> None:
    master = deck.slide_master.part
    theme = next(rel.target_part for rel in master.rels.values() if rel.reltype.endswith("/theme"))
    assert b'<a:ea typeface=""/>' not in theme.blob
    assert theme.blob.count(b'<a:ea typeface="Microsoft YaHei"/>') == 2


def test_tables_are_native_small_and_have_words(made: tuple[Path, Document], deck: Any) -> None:
    assert (deck.slide_width, deck.slide_height) == (12191695, 6858000)
    tables = [shape for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert len(tables) >= len({f.table for f in made[1].findings if f.table})
    for shape in tables:
        assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
        assert len(shape.table.rows) <= 11
        assert len(shape.table.columns) <= 6


def test_a_chart_is_a_slide_with_words_and_notes(folders: dict[str, Path], tmp_path: Path) -> None:
    """The chart covers a title that outlines have."""
    run = with_chart(folders["run"], tmp_path / "run", "heatmap-subdistrict")
    made = document([run], "en")
    [picture] = [picture for chapter in made.chapters for picture in chapter.pictures]
    slide = next(s for s in opened(made).slides if s.slide_layout.name == "Picture")
    [shown] = [shape for shape in slide.shapes if not shape.is_placeholder]
    assert shown._element.nvPicPr.cNvPr.get("descr") == picture.alt
    assert slide.shapes.title.text_frame.text == picture.title
    assert made.source in slide.notes_slide.notes_text_frame.text


def test_names_of_searches_are_text(hostile_searches: list[Path]) -> None:
    deck = opened(document(hostile_searches, "zh"))
    cells = [
        cell.text_frame.text
        for slide in deck.slides for shape in slide.shapes if shape.has_table
        for row in shape.table.rows for cell in row.cells
    ]  # fmt: skip
    assert " ".join(WORST.split()) in cells


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_names_are_text(hostile: Path, tongue: Any) -> None:
    deck = opened(document([hostile], tongue))
    cells = {
        cell.text_frame.text
        for slide in deck.slides for shape in slide.shapes if shape.has_table
        for row in shape.table.rows for cell in row.cells
    }  # fmt: skip
    assert set(HOSTILE[1:4]) <= cells
    assert HOSTILE[0] in deck.slides[0].shapes.title.text_frame.text

"""A document as a PDF with tags, set by typst; every text reaches it as data, never as markup."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from matplotlib.ft2font import FT2Font

from sim.messages import speaking
from sim.report.document.content import ROWS, Chapter, Document, Figure, Table
from sim.report.fonts import shipped_font
from sim.report.numbers import number_parts

TEMPLATE = Path(__file__).with_name("print.typ")


def printed(document: Document) -> bytes:
    """The file, which keeps to PDF/UA-1: a title, a language and words for every picture."""
    with speaking(document.language):
        told = {
            "language": document.language,
            "title": document.title,
            "subtitle": document.subtitle,
            "source": document.source,
            "chapters": [
                {
                    "title": chapter.title,
                    "words": chapter.words,
                    "findings": [
                        {"text": f.text, "evidence": "" if following == f.evidence else f.evidence}
                        for f, following in zip(chapter.findings, _evidence(chapter), strict=True)
                    ],
                    "tables": [_table(t) for t in chapter.tables if not t.only_sheet],
                    "pictures": [
                        {"svg": p.path.with_suffix(".svg").read_text("utf-8"), "alt": p.alt}
                        for p in chapter.pictures
                    ],
                }
                for chapter in document.chapters
            ],
        }
    return typeset(TEMPLATE, told)


def _evidence(chapter: Chapter) -> list[str]:
    """The evidence of each next finding: what is the same for several is said once, at the last."""
    return [*(f.evidence for f in chapter.findings[1:]), ""][: len(chapter.findings)]


def typeset(template: Path, told: Mapping[str, Any]) -> bytes:
    """A template of typst filled with data, in the font for both languages."""
    font = shipped_font()
    words = json.dumps(told, ensure_ascii=False)
    made: bytes = typst.compile(  # type: ignore[misc]
        template.read_bytes(),
        font_paths=[] if font is None else [str(font.parent)],
        sys_inputs={"told": words if font is None else _drawable(words, font)},
        pdf_standards=["ua-1"],
    )
    return made


def _drawable(words: str, font: Path) -> str:
    """Words with a box for what the font lacks, such as emoji: a tagged PDF may not drop it."""
    known = FT2Font(str(font)).get_charmap()
    lacks = {c for c in set(words) if ord(c) not in known and unicodedata.category(c)[0] != "C"}
    return words.translate(dict.fromkeys(map(ord, lacks), "□"))


def _table(table: Table) -> dict[str, Any]:
    rows = table.rows[:ROWS]
    return {
        "title": table.title,
        "defined": table.defined,
        "head": [column.words for column in table.columns],
        "right": [at for at in range(len(table.columns)) if isinstance(rows[-1][at], Figure)],
        "rows": [
            [number_parts(c) if isinstance(c, Figure) else (c or "", "") for c in row]
            for row in rows
        ],
    }

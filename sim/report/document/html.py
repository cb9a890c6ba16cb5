"""A document as one HTML file that needs no network, no other file and no script."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from sim.messages import say, speaking
from sim.report.document.content import ROWS, Cell, Document, Figure, Picture
from sim.report.numbers import number_parts
from sim.report.template import filled_template

TEMPLATE = Path(__file__).with_name("document.html")


def html_page(document: Document) -> bytes:
    """The file; every name in it is escaped."""

    def shown(cell: Cell) -> dict[str, Any]:
        if isinstance(cell, Figure):
            number, ends = number_parts(cell)
            value = f"{cell.value:.10g}"
            return {"text": number, "ends": ends, "value": value, "from": cell.source.words}
        return {"text": cell or "", "ends": "", "value": "", "from": ""}

    with speaking(document.language):
        page = filled_template(
            TEMPLATE,
            document=document,
            language={"zh": "zh-Hans", "en": "en"}[document.language],
            say=say,
            shown=shown,
            picture=_picture,
            rows=ROWS,
        )
    return page.encode("utf-8")


def _picture(picture: Picture) -> str:
    """A chart as the address of an image that holds it."""
    data = picture.path.with_suffix(".svg").read_bytes()
    return f"data:image/svg+xml;base64,{base64.b64encode(data).decode('ascii')}"

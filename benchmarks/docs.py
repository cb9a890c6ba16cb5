"""Put measured figures into benchmarks/results/figures.md, between two marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.figures import HEADER, as_rows, from_json

__all__ = ["BEGIN", "END", "PAGE", "write_docs"]

PAGE = Path(__file__).resolve().parent / "results" / "figures.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def write_docs(report: dict[str, Any], page: Path = PAGE) -> None:
    """Replace what stands between the marks of a page.

    Raises
    ------
    ValueError
        If the page has lost its marks.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{markdown(report)}\n{END}{after}", encoding="utf-8")


def markdown(report: dict[str, Any]) -> str:
    """Lay out machine, versions, figures and notes."""
    figures = from_json(report["figures"])
    on = report["machine"]
    load = f"load {_listed(on['load'])} before and {_listed(on['load_after'])} after"
    lines = [
        f"{on['processor']}, {on['cores']} cores, {load}.",
        ", ".join(f"{name} {number}" for name, number in report["versions"].items()) + ".",
    ]
    if report["quick"]:
        lines.append("**A quick run: for orientation only.**")
    if report["failed"]:
        lines.append(f"**Failed: {', '.join(report['failed'])}.**")
    lines += ["", _row(HEADER), _row(["---"] * len(HEADER))]
    lines += [_row(cells) for cells in as_rows(figures)]
    notes = [f"- {f.benchmark}, {f.name}: {f.note}." for f in figures if f.note]
    return "\n".join([*lines, "", *notes])


def _row(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"


def _listed(load: Any) -> str:
    return ", ".join(f"{x:g}" for x in load) or "unknown"

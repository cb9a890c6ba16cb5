"""From a recorded line to the page; the page that is kept is of the checks that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .limits import false_alarm
from .recording import LINE, found, page_of, record_line, tables
from .registry import CHECKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification.md"


def recorded() -> list[tuple[str, object]]:
    given: list[tuple[str, object]] = [("other", "{}")]
    for order, z in (((1, 0), -0.004), ((0, 3), 1.236)):
        record_line(
            lambda name, value: given.append((name, value)),
            order,
            f"check {order}",
            0.5,
            0.51,
            z,
            replications=30,
            error="stays",
            red=9.0,
        )
    return given


def test_lines_come_in_order_of_the_page() -> None:
    text = tables(found(recorded(), LINE), [])["table"].splitlines()
    assert text[0] == "| check | exact | simulated | z |"
    assert text[2:] == [
        "| check (0, 3) | 0.500000 | 0.510000 | 1.24 |",
        "| check (1, 0) | 0.500000 | 0.510000 | 0.00 |",
    ]


def test_only_what_lies_between_markers_changes() -> None:
    page = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n"
    assert page_of(page, {"x": "new"}) == page.replace("old", "new")
    with pytest.raises(ValueError, match="lacks the markers"):
        page_of(page, {"y": "new"})


def kept() -> dict[str, list[str]]:
    """Lines of the table in the page: check -> exact, simulated, z."""
    page = PAGE.read_text(encoding="utf-8")
    table = page.split("<!-- table: begin -->")[1].split("<!-- table: end -->")[0]
    head, _, *rows = [line.strip("| ").split(" | ") for line in table.strip().splitlines()]
    assert head == ["check", "exact", "simulated", "z"]
    return {name: rest for name, *rest in rows}


def test_the_page_is_of_these_checks() -> None:
    """`make verify` writes it; a check that was added or renamed since shows here."""
    lines = kept()
    for check in CHECKS:
        for name, exact in check.lines.items():
            assert lines[name][0] == f"{exact:.6f}" or lines[name][0] == f"{exact:.1f}"
    assert len(lines) >= 40
    for _, _, z in lines.values():
        assert re.fullmatch(r"-?\d+\.\d\d", z)
        assert abs(float(z)) <= 4


@pytest.mark.parametrize(("replications", "printed"), [(30, 0.0004), (150, 0.0001)])
def test_false_alarms(replications: int, printed: float) -> None:
    """With 30 replications a right figure is red once in 2,500."""
    assert round(false_alarm(replications), 4) == printed

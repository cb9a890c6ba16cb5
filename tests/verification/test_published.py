"""The page of the published case: its exact column is computed, its differences are right."""

from __future__ import annotations

from pathlib import Path

from .exact.loss import erlang_b
from .stroke_checks import BEDS, LOADS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification-published.md"


def rows() -> list[list[str]]:
    """unit, beds, published, exact, published - exact, 1 in published, 1 in exact."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def test_exact_values_of_the_page() -> None:
    assert [(unit, int(beds)) for unit, beds, *_ in rows()] == [
        (unit, beds) for unit in BEDS for beds in BEDS[unit]
    ]
    for unit, beds, published, exact, apart, _, one_in in rows():
        value = erlang_b(int(beds), LOADS[unit])
        assert exact == f"{value:.4f}"
        assert apart == f"{float(published) - value:.4f}"
        assert one_in == f"{1 / value:.1f}"
    for load in LOADS.values():
        assert f"{load:.6f}" in PAGE.read_text(encoding="utf-8")


def test_where_the_published_column_is_not_the_exact_one_rounded() -> None:
    """What the page says of it."""
    apart = [
        (unit, int(beds))
        for unit, beds, published, *_ in rows()
        if f"{erlang_b(int(beds), LOADS[unit]):.2f}" != published
    ]
    assert apart == [("acute", 10), ("acute", 13)]

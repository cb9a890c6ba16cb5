"""Logs are read whole, and everything that is wrong with one is said at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from log.logs import VENUES, log_of, written
from sim.log.records import BLOCK, NO_SHOW, read_log
from sim.scenario.problems import ScenarioProblems

GOOD = "a,2026-03-02T09:00,2026-03-06T18:30,2026-03-06T20:00,no_show,,no,4,p1,7"


def test_columns_are_typed() -> None:
    """Times, leads, lengths, hours of the week; empty cells are not recorded."""
    log = log_of([GOOD, "b,,2026-03-01T00:00,2026-03-01T01:00,block,"])
    assert log.status.tolist() == [NO_SHOW, BLOCK]
    assert log.hour_of_week.tolist() == [4 * 24 + 18, 6 * 24]  # a Friday, a Sunday
    assert log.minutes.tolist() == [90, 60]
    assert log.lead_days[0] == pytest.approx(4 + 9.5 / 24)
    assert np.isnan(log.lead_days[1])
    assert log.booker.tolist() == [0, -1]
    assert log.checked_in.tolist() == [0, -1]
    assert len(log.by_people) == 1
    assert log.has_times


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("aa,2026-03-02T09:00,2026-03-06T18:30,2026-03-06T20:00,kept,", "Did you mean `a`?"),
        ("a,,2026-03-06T18:30,2026-03-06T18:30,kept,", "not after the start"),
        ("a,,2026-03-06T18:30,2026-03-06T20:00,came,", "unknown status"),
        ("a,,2026-02-30T18:30,2026-03-06T20:00,kept,", "not a time"),
        ("a,,,2026-03-06T20:00,kept,", "not a time"),
        ("a,,2026-03-06T18:30,2026-03-06T20:00,kept,,perhaps", "neither yes, no nor empty"),
        ("a,,2026-03-06T18:30,2026-03-06T20:00,kept,,,0", "at least 1"),
        ("a,,2026-03-06T18:30,2026-03-06T20:00,kept,,,many", "at least 1"),
        ("a,2026-03-07T09:00,2026-03-06T18:30,2026-03-06T20:00,kept,", "after their start"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    """One wrong row among right ones."""
    with pytest.raises(ScenarioProblems) as caught:
        read_log(written(tmp_path, [GOOD, row, GOOD]), VENUES)
    assert said in str(caught.value)
    assert ":3:" in str(caught.value)


def test_all_problems_are_found_in_one_pass(tmp_path: Path) -> None:
    """Rows of several sorts; many of one sort are counted."""
    rows = ["x,,2026-03-06T18:30,2026-03-06T20:00,kept,"] * 30 + ["a,,1,2,gone,"]
    with pytest.raises(ScenarioProblems) as caught:
        read_log(written(tmp_path, rows), VENUES)
    keys = [p.key for p in caught.value.problems]
    assert keys.count("venue") == 21
    assert {"start", "end", "status"} <= set(keys)
    assert "in 10 more rows" in str(caught.value)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    """A file of another sort."""
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ScenarioProblems, match="missing column"):
        read_log(path, VENUES)


@pytest.mark.slow
def test_acts_of_desks_that_were_cut_are_recovered() -> None:
    """Over desks whose days were mostly made full, the likelihood is nearer to the truth."""
    logs = pytest.importorskip("benchmarks.logs", reason="statsmodels is not installed")
    if not logs.DATA.is_dir():
        pytest.skip("the real records are not part of the repository")
    found = {f.name.split(", ")[1].split(" /")[0]: f.value for f in logs._cut_desks(60)}
    assert abs(found["recovered"] - 1) < abs(found["cautious"] - 1) < abs(found["plain"] - 1)

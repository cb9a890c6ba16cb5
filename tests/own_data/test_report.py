"""What a report tells of a log: nothing of a few."""

from __future__ import annotations

import pandas as pd

from sim.own_data.report import _statuses


def test_a_small_number_of_one_status_hides_a_second_one() -> None:
    """The number of rows kept is told, so one alone could be had from it."""
    few, others = ["no_show"] * 3, ["kept"] * 40 + ["cancelled"] * 12
    assert _statuses(pd.DataFrame({"status": few + others})) == {
        "kept": 40, "cancelled": "not told", "no_show": "fewer than 10",
    }  # fmt: skip
    assert _statuses(pd.DataFrame({"status": others})) == {"kept": 40, "cancelled": 12}
    assert _statuses(None) == {}

"""Lots on their own: the order by hand, and wins that are remembered and forgotten."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from one_by_one import uniform
from scipy import stats

from booking.scripted import keys
from sim.booking.selections.lots import Lots, Wins
from sim.scenario.schema.policy import Ballot
from sim.streams import key_of

LOT, ENTRIES = key_of("purpose", "lot of a ballot"), key_of("purpose", "extra entries")


def lots(key: np.ndarray, extra: float, **spec: Any) -> Lots:
    rooms: Any = SimpleNamespace(responses=SimpleNamespace(extra_entries=extra))
    askers = SimpleNamespace(key=key, booker=np.arange(len(key)) % 3)
    counter: Any = SimpleNamespace(askers=askers)
    return Lots(Ballot(**spec), rooms, counter)


@pytest.mark.parametrize("extra", [0.0, 1.0, 2.5])
@pytest.mark.parametrize("past_luck", [0.0, 1.0, 0.5])
def test_order_by_hand(extra: float, past_luck: float) -> None:
    """Smallest of -log(lot) x (1 + wins) ^ luck / entries first, entries by their own number."""
    key = keys(60, 4)
    drawn = lots(key, extra, past_luck=past_luck)
    drawn.won([0, 3, 1], 10.0)  # booker 0 twice, booker 1 once
    wins = [2, 1, 0]

    def race(i: int) -> float:
        entries = 1 + stats.poisson.ppf(uniform(int(key[i]), ENTRIES), extra) if extra else 1
        return -math.log(uniform(int(key[i]), LOT)) / entries * (1 + wins[i % 3]) ** past_luck

    among = np.arange(5, 60)
    assert drawn.order(among, 20.0).tolist() == sorted(among.tolist(), key=race)


def test_wins_by_hand() -> None:
    """Requests 0 and 2 are booker 7's, 1 is booker 4's; a win counts for ten days, not longer."""
    wins = Wins(np.array([7, 4, 7]), 10)
    day = 1440.0
    all_ = np.arange(3)
    assert wins.of(all_, 0.0).tolist() == [0, 0, 0]
    wins.add(np.array([0, 1, 2]), 0.0)
    wins.add(np.array([2]), 3 * day)
    wins.add(np.array([], dtype=np.int64), 4 * day)
    assert wins.of(all_, 10 * day).tolist() == [3, 1, 3]
    assert wins.of(all_, 10 * day + 1).tolist() == [1, 0, 1]
    assert wins.of(np.array([1]), 13 * day).tolist() == [0]
    assert wins.of(all_, 13 * day).tolist() == [1, 0, 1]
    assert wins.of(all_, 13 * day + 1).tolist() == [0, 0, 0]


def test_nobody_asks() -> None:
    assert Wins(np.zeros(0, dtype=np.int64), 10).of(np.zeros(0, dtype=np.int64), 0.0).tolist() == []

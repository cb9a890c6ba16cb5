"""Who wishes for longer than a cap allows asks for what is allowed, in the share stated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders import Parts, model_of, tiny

from sim.booking.requests import Outcome
from sim.model import open_replication, simulate

CAP = {"at_most": 1, "per": "day"}


def durations(parts: Parts, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Slots wished and slots asked for, in order of the requests."""
    folder.mkdir()
    opened = open_replication(model_of(parts, folder), 1, 0)
    return opened.wishes.duration[opened.asked].astype(int), opened.requests.duration


def test_all_ask_for_what_is_allowed(tmp_path: Path) -> None:
    """With share 1 nobody asks for more than an hour (two slots), and short wishes stay."""
    capped = tiny().set(policy__limits={"hours": [CAP]}, demand__responses={"asks_for_less": 1})
    wished, asked = durations(capped, tmp_path / "all")
    assert wished.max() > 2
    assert np.array_equal(asked, np.minimum(wished, 2))


def test_the_share_stated_does(tmp_path: Path) -> None:
    """Of those who wish for more a quarter does; the z-score is that of a binomial."""
    capped = tiny().set(
        policy__limits={"hours": [CAP]},
        demand__responses={"asks_for_less": 0.25},
        demand__multiplier=40,
    )
    wished, asked = durations(capped, tmp_path / "some")
    long = wished > 2
    n, less = long.sum(), (asked < wished).sum()
    assert n > 1000
    assert abs(less - n / 4) / np.sqrt(n * 3 / 16) < 4


def test_only_where_the_cap_holds(tmp_path: Path) -> None:
    """A cap on peak hours shortens wishes that start in them."""
    peak = tiny().set(
        policy__limits={"hours": [{**CAP, "when": "peak"}]},
        demand__responses={"asks_for_less": 1},
        demand__multiplier=10,
    )
    (tmp_path / "peak").mkdir()
    model = model_of(peak, tmp_path / "peak")
    opened = open_replication(model, 1, 0)
    is_peak = model.rooms.peak[opened.requests.start]
    wished = opened.wishes.duration[opened.asked].astype(int)
    assert (wished[~is_peak] > 2).any()
    assert np.array_equal(
        opened.requests.duration, np.where(is_peak, np.minimum(wished, 2), wished)
    )


def test_otherwise_they_are_refused(tmp_path: Path) -> None:
    """Who does not bend is refused for the limit."""
    for share, refused in ((0, True), (1, False)):
        folder = tmp_path / str(share)
        folder.mkdir()
        capped = tiny().set(
            policy__limits={"hours": [CAP]}, demand__responses={"asks_for_less": share}
        )
        history = simulate(model_of(capped, folder), 1, 0)
        long = history.wishes.duration[history.asked] > 2
        assert (history.outcome[long] == Outcome.LIMIT).all() == refused

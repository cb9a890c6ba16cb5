from __future__ import annotations

import pytest

from sim.cli.output import progress
from sim.cli.output.progress import progress_bar, stopwatch


def test_time_left_is_of_the_stretch_of_work_at_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What lies between two stretches, such as an optimisation, does not count."""
    clock = iter((0.0, 10.0, 20.0, 1000.0, 1011.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress_bar("replications", quiet=False) as update:
        for done in (5, 10, 1, 2):
            update(done, 10)
    assert capsys.readouterr().err.splitlines() == [
        "replications: 5 of 10, about 10 s left",
        "replications: 10 of 10, about 0 s left",
        "replications: 2 of 10, about 88 s left",
    ]


def test_a_search_says_how_long_it_takes_and_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What ends nobody knows when has no time left to tell; a short one says nothing."""
    clock = iter((0.0, 5.0, 10.0, 19.0, 61.0, 62.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with stopwatch("searching", quiet=False) as tick:
        for _ in range(4):
            tick()
    lines = ["searching: 10 s", "searching: 61 s", "searching: 62 s, done"]
    assert capsys.readouterr().err.splitlines() == lines
    clock = iter((0.0, 5.0))
    with stopwatch("searching", quiet=False) as tick:
        tick()
    assert capsys.readouterr().err == ""

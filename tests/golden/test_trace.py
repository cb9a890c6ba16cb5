"""The golden trace: event by event as it was kept, complete, and told apart in plain words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from sim.scenario.loading import load

from .compare import first_difference
from .events import Line, read_lines
from .trace import GOLDEN, TOWN, trace_of

HINT = "`make golden` shows this; if the change is meant, `make accept` keeps the new trace"


@pytest.fixture(scope="module")
def kept() -> list[Line]:
    return read_lines(GOLDEN)


def test_every_event_as_it_was(kept: list[Line]) -> None:
    difference = first_difference(kept, trace_of())
    assert difference is None, f"{difference}\n{HINT}"


def test_everything_occurs(kept: list[Line]) -> None:
    """So the trace has something to say about every part."""
    events = Counter(line.event for line in kept)
    assert set(events) == {
        "wish", "not asked", "asks", "booked", "refused", "again: booked", "again: refused",
        "offered: booked", "stands by: booked", "gives up", "free again", "uses", "does not come",
        "off-platform use", "club comes", "club stays away", "published", "signs up", "cancelled",
        "held", "calls at",
    }  # fmt: skip
    refused = {line.what for line in kept if line.event == "refused"}
    assert refused == {"window", "full", "limit", "suspended"}
    assert any("drawn" in line.what for line in kept if line.event == "asks")


def test_nothing_is_lost(kept: list[Line]) -> None:
    """Wishes are asked or not; requests are decided once; bookings end once."""
    n = Counter(line.event for line in kept)
    assert n["wish"] == n["not asked"] + n["asks"]
    assert n["asks"] == n["booked"] + n["refused"]
    booked = n["booked"] + n["again: booked"] + n["offered: booked"] + n["stands by: booked"]
    assert booked == n["uses"] + n["does not come"] + n["gives up"]


def test_another_rule_shows(kept: list[Line]) -> None:
    """Without anybody standing by, the trace is as it was up to the first who does."""
    first = next(n for n, line in enumerate(kept) if line.event.startswith("stands by"))
    now = trace_of(load(TOWN, sets=("policy.auto_release.standby=false",)))
    difference = first_difference(kept, now)
    assert difference is not None
    assert difference.startswith(f"The first {first} of {len(kept)} events agree.")
    assert f"Event {first + 1} was: {kept[first].time} {kept[first].who} stands by" in difference


def lines() -> list[Line]:
    return [Line(f"2026-03-03 0{n}:00:00", "asks", f"{n}{n}", "for Hall") for n in range(4)]


def test_no_difference() -> None:
    assert first_difference(lines(), lines()) is None
    assert first_difference([], []) is None


def test_words_of_a_changed_event() -> None:
    now = lines()
    now[2] = replace(now[2], event="refused", what="full")
    assert first_difference(lines(), now) == "\n".join(
        [
            "The first 2 of 4 events agree.",
            "Before it: 2026-03-03 01:00:00 11 asks (for Hall)",
            "Event 3 was: 2026-03-03 02:00:00 22 asks (for Hall)",
            "       it is now: 2026-03-03 02:00:00 22 refused (full)",
            "They differ in: event, what.",
            "In all 4 events then, 4 now: asks 4 -> 3; refused 0 -> 1.",
        ]
    )


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ([0, 2, 3], "does not happen any more"),
        ([1, 0, 2, 3], "in another order"),
        ([0, 1, 2], "nothing more happens"),
        ([], "asks 4 -> 0"),
    ],
)
def test_words_of_what_is_missing_or_moved(now: list[int], words: str) -> None:
    assert words in (first_difference(lines(), [lines()[n] for n in now]) or "")
    assert first_difference([lines()[n] for n in now], [lines()[n] for n in now]) is None


def test_words_of_what_is_new() -> None:
    now = lines()
    now.insert(1, replace(now[1], who="new"))
    assert "comes later: what happens now is new" in (first_difference(lines(), now) or "")

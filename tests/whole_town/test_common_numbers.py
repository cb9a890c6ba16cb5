"""Common random numbers across the whole model: what is added leaves all else alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, model_of

from sim.model import History, Model, simulate
from sim.places.process import visit_places
from sim.streams import replication_key

from .town import EVENING, town

Rows = dict[int, tuple[Any, ...]]
"""By key: all that something is, in names instead of positions."""

DROP_IN = ("new place kind", "new place", "drop-in off", "more drop-in")
PROGRAMME = ("new activity kind", "new series", "more sessions", "activities off", "elsewhere")


def added(what: str) -> Parts:
    """The town and one thing more, put before what there was, so that positions move."""
    parts = town()
    activities, dropin = parts.scenario["activities"], parts.scenario["dropin"]
    if what == "new activity kind":
        kind = {**activities["kinds"]["talk"], "appeal": {"elder": 9}, "weight": 0.3}
        activities["kinds"] = {"a kind": kind, **activities["kinds"]}
    elif what == "new series":
        series = {"kind": "dance", "centre": "south", "weekday": "Wed", "start": "15:00"}
        activities["series"] = {"a class": series, **activities["series"]}
    elif what == "more sessions":
        activities["multiplier"] = 1.5
    elif what == "activities off":
        activities["multiplier"] = 0
    elif what == "elsewhere":
        activities["rooms"] = {"rule": "elsewhere", "days_ahead": 4}
    elif what == "new zone":
        parts.scenario["zones"] = {"A": {"operator": "Q"}, **parts.scenario["zones"]}
        parts.tables["communities"].insert(0, {"community": "B", "zone": "A"})
    elif what == "new place kind":
        kind = {"visits_per_1000": {"person": 500}, "curve": EVENING}
        dropin["kinds"] = {"a clinic": kind, **dropin["kinds"]}
        parts.place("clinic", 5, "a clinic")
        parts.tables["places"].insert(0, parts.tables["places"].pop())
    elif what == "new place":
        parts.place("a canteen", 40, "canteen")
        parts.tables["places"].insert(0, parts.tables["places"].pop())
    elif what == "drop-in off":
        dropin["multiplier"] = 0
    elif what == "more drop-in":
        dropin["multiplier"] = 1.7
    elif what == "no points":
        del parts.scenario["points"]
    else:
        assert what == "nothing"
    return parts


EVERYTHING = (*DROP_IN, *PROGRAMME, "new zone", "no points")
Played = tuple[Model, History]


def play(what: str, folder: Path) -> Played:
    model = model_of(added(what), folder / what.replace(" ", "-"))
    return model, simulate(model, 1, 0)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play("nothing", tmp_path_factory.mktemp("town"))


def wishes(played: Played) -> Rows:
    """Wishes with why they were not asked, their first choice and everything drawn for them."""
    model, w = played[0], played[1].wishes
    cells, world = model.plan.cells, model.world
    centre = np.append(world.pools.centre, -1)[w.best]
    names = (*world.centres.names, None)
    return {
        int(w.key[i]): (
            world.origins.names[cells.origin[w.cell[i]]],
            world.segments[cells.segment[w.cell[i]]],
            world.kinds[cells.kind[w.cell[i]]],
            *(float(getattr(w, name)[i]) for name in
              ("start", "duration", "party", "wished_at", "lead", "layer", "reason")),
            names[centre[i]],
        )
        for i in range(len(w))
    }  # fmt: skip


@pytest.mark.parametrize("what", EVERYTHING)
def test_wishes_stay_to_the_bit(what: str, before: Played, tmp_path: Path) -> None:
    """Keys, starts, parties, reasons, first choices: whatever else goes on in the town."""
    after = play(what, tmp_path)
    assert wishes(after) == wishes(before)
    assert len(wishes(before)) > 500
    assert np.array_equal(after[1].off_platform, before[1].off_platform)


@pytest.mark.parametrize("what", [*DROP_IN, "new zone", "no points"])
def test_bookings_and_sign_ups_stay_to_the_bit(what: str, before: Played, tmp_path: Path) -> None:
    """Drop-in, an empty zone and points change neither bookings nor the programme."""
    after = play(what, tmp_path)
    for name in ("outcome", "venue", "start", "attempt", "cancelled", "no_show", "attends"):
        assert np.array_equal(getattr(after[1], name), getattr(before[1], name)), name
    for one in ("status", "venue", "fate", "key", "group", "number", "time", "company", "comes"):
        a, b = (getattr(p[1].programme, one) for p in (after, before))
        assert np.array_equal(a, b), one


def sign_ups(played: Played) -> dict[tuple[Any, ...], Rows]:
    """Session (by key, where and when it is held, how it ends) -> its sign-ups by key."""
    (model, history), found = played, {}
    record, world = history.programme, model.world
    assert record is not None
    s = record.sessions
    at: list[Rows] = []
    for i in range(len(s)):
        centre = world.centres.names[s.centre[i]]
        session = int(s.key[i]), centre, int(s.start[i]), int(s.duration[i]), int(record.status[i])
        at.append(found.setdefault(session, {}))
    for i, session in enumerate(record.session.tolist()):
        group = int(record.group[i])
        origin = world.origins.names[world.people.origin[group]]
        segment = world.segments[world.people.segment[group]]
        row = origin, segment, int(record.number[i]), float(record.time[i])
        at[session][int(record.key[i])] = (*row, int(record.company[i]), bool(record.comes[i]))
    return found


@pytest.mark.parametrize("what", ["new activity kind", "new series", "more sessions", "new zone"])
def test_sign_ups_for_sessions_that_stay(what: str, before: Played, tmp_path: Path) -> None:
    """A session held at the same place and time has the same sign-ups, whatever is put on beside.

    A kind more takes some of the sessions there were (their number is given); a series is beside
    them; both may take the rooms of a few.
    """
    old, new = sign_ups(before), sign_ups(play(what, tmp_path))
    keys = {session[0] for session in old}, {session[0] for session in new}
    if what == "new activity kind":
        assert 0.5 * len(keys[0]) < len(keys[0] & keys[1]) < len(keys[0])
    else:
        assert keys[0] <= keys[1]
    assert (keys[1] > keys[0]) == (what in ("new series", "more sessions"))
    same = old.keys() & new.keys()
    assert len(same) > 0.5 * len(keys[0] & keys[1])
    assert all(old[session] == new[session] for session in same)
    assert sum(len(old[session]) for session in same) > 300


def callers(played: Played) -> dict[str, set[tuple[Any, ...]]]:
    """Place -> who comes when, for how long, of those who would like to; open by its hours."""
    model, found = played[0], {}
    world = model.world
    record = visit_places(model.places, replication_key(1, 0), keep=True)
    assert record.visits is not None
    for name, v in zip(world.places.names, record.visits, strict=True):
        found[name] = set(
            zip(
                v.arrival.tolist(), v.start.tolist(), v.end.tolist(), v.fate.tolist(),
                v.segment.tolist(), v.person.tolist(), v.stay.tolist(), strict=True,
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("what", ["new place kind", "new place", "new zone", *PROGRAMME])
def test_visits_to_other_places_stay_to_the_bit(what: str, before: Played, tmp_path: Path) -> None:
    """Arrivals, people and stays; a place more changes only the places of its kind."""
    old, new = callers(before), callers(play(what, tmp_path))
    assert len(old) == 6
    for name, visits in old.items():
        if what == "new place" and name == "canteen":
            assert visits != new[name]
        else:
            assert visits == new[name]
    assert sum(map(len, old.values())) > 4000


def test_more_drop_in_only_adds_callers(before: Played, tmp_path: Path) -> None:
    """At 1.7 times the visits all who wanted to come still do, at the same minute."""
    old, new = callers(before), callers(play("more drop-in", tmp_path))
    for name, visits in old.items():
        who = {(row[0], row[5]) for row in visits}
        assert who <= {(row[0], row[5]) for row in new[name]}
        assert len(new[name]) > len(visits)

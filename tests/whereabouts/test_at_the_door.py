"""Overbooked sessions of a dozen people: who is turned away is free, and has earned nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import Parts

from sim.model.build import place_stretches
from sim.model.replication import History
from sim.model.whereabouts import earned_by
from sim.places.process import visit_places
from sim.places.seats import VisitFate
from sim.points.record import Source

from .test_everybody import Stay, by_hand, overlap, play, village, would_attend


def crowded(*, strict: bool, share: float) -> Parts:
    """The village with three places a session, far fewer than would come."""
    parts = village(strict=strict)
    parts.scenario["activities"]["kinds"]["talk"] |= {
        "appeal": {"person": 600},
        "capacity": {"rule": "constant", "value": 3},
        "company": {"rule": "choice", "values": [0, 1], "weights": [2, 1]},
    }
    return parts.set(policy__overbooking={"share": share})


def let_in(h: History, comes: dict[int, Stay]) -> set[int]:
    """Sign-ups that get in: one by one in order of signing up, with all company or not at all."""
    record = h.programme
    assert record is not None
    free = record.sessions.capacity.tolist()
    found = set()
    for i in sorted(comes, key=lambda i: (record.time[i], record.key[i])):
        session, people = int(record.session[i]), 1 + int(record.company[i])
        if people <= free[session]:
            free[session] -= people
            found.add(i)
    return found


@pytest.mark.parametrize("strict", [True, False])
def test_in_or_turned_away_or_not_there(strict: bool, tmp_path: Path) -> None:
    """Who uses a booking comes to no door and takes no place; points go to those inside only."""
    model, opened, h, found = play(crowded(strict=strict, share=1), tmp_path)
    comes = by_hand(model, opened, h)[1] if strict else would_attend(model, h)
    inside = let_in(h, comes)
    assert h.programme is not None
    assert found.attends is not None
    assert np.flatnonzero(found.attends).tolist() == sorted(inside)
    assert np.flatnonzero(h.programme.turned_away).tolist() == sorted(comes.keys() - inside)
    assert len(inside) < len(comes) - 30
    if strict:  # had those elsewhere been at the door, it would have been others
        assert len(let_in(h, would_attend(model, h)) & inside) < len(inside) - 10
    earned = earned_by(found)
    taking_part = earned.source == Source.PARTICIPATION
    got = zip(earned.person[taking_part].tolist(), earned.time[taking_part].tolist(), strict=True)
    assert sorted(got) == sorted((comes[i][0], comes[i][2]) for i in inside)


def test_free_to_go_elsewhere(tmp_path: Path) -> None:
    """Visits give way to bookings and to sessions that let the person in, to no others."""
    model, opened, h, found = play(crowded(strict=True, share=1), tmp_path)
    used, comes = by_hand(model, opened, h)
    inside = let_in(h, comes)
    stays = [*used.values(), *(comes[i] for i in inside)]
    outside = [comes[i] for i in comes.keys() - inside]
    stretches = place_stretches(model, opened.counter.desk.busy)
    log = visit_places(model.places, opened.root, stretches, found.elsewhere, keep=True)
    free = visit_places(model.places, opened.root, stretches, None, keep=True)
    assert log.visits is not None
    assert free.visits is not None
    visits, all_come = log.visits[0], free.visits[0]
    until = all_come.arrival + all_come.stay + all_come.patience
    rows = list(zip(*(x.tolist() for x in (all_come.person, all_come.arrival, until)), strict=True))
    away = [any(overlap(row, stay) for stay in stays) for row in rows]
    assert (visits.fate == VisitFate.ELSEWHERE).tolist() == away
    meanwhile = [any(overlap(row, stay) for stay in outside) for row in rows]
    assert sum(m and not a for m, a in zip(meanwhile, away, strict=True)) > 30


def test_a_second_look_at_the_door_changes_nothing(tmp_path: Path) -> None:
    """`play` settles who is where twice, the second time with those turned away noted already."""
    _, _, h, found = play(crowded(strict=True, share=1), tmp_path)
    assert h.attends is not None
    assert np.array_equal(h.attends, found.attends)


@pytest.mark.parametrize("strict", [True, False])
def test_without_overbooking_every_door_is_wide_enough(strict: bool, tmp_path: Path) -> None:
    model, opened, h, found = play(crowded(strict=strict, share=0), tmp_path)
    comes = by_hand(model, opened, h)[1] if strict else would_attend(model, h)
    assert h.programme is not None
    assert not h.programme.turned_away.any()
    assert found.attends is not None
    assert np.flatnonzero(found.attends).tolist() == sorted(comes)

"""Placements are exactly the sessions against which the rules of one session say nothing."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from benchmarks.slots import instance
from benchmarks.slots_check import value_of_one
from benchmarks.slots_drawn import Shape, draw
from benchmarks.slots_files import load as read
from benchmarks.slots_files import save
from optimise.slots.placements import placements_of
from optimise.slots.problem import Problem

from .small import every_session


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))]
)
def test_placements_are_what_the_checker_allows(seed: int) -> None:
    problem = draw(Shape(6, 8, 1.0, seed))
    placements = placements_of(problem)
    rows = placements.sessions(np.arange(len(placements))).rows()
    assert rows == sorted(every_session(problem))
    assert len(rows) > 10


def test_worth_is_that_of_the_checker() -> None:
    problem = draw(Shape(60, 40, 1.0, 3))
    placements = placements_of(problem)
    solve_lexicographic = placements.sessions(np.arange(len(placements))).ordered()
    assert placements.value.tolist() == [value_of_one(problem, row) for row in solve_lexicographic]
    assert len(set(placements.choice.tolist())) == 2


def test_every_hard_rule_is_switched_on() -> None:
    """The generator leaves no rule without something to forbid."""
    problem = draw(Shape(400, 219, 1.0))
    asked, venues = problem.requests, problem.venues
    assert (asked.spacing > 1).any()
    assert (asked.equipment > 0).any()
    assert (venues.changeover > 0).any()
    assert venues.kept.any()
    assert (venues.prime_cap < 7 * problem.season.cells).any()
    assert len(set(asked.first_date.tolist())) > 1
    assert (np.diff(venues.unit_first) == 2).any()
    assert len(problem.rejections) > 0
    assert _closed_dates(problem) > 0
    assert len(set(asked.window_choice.tolist())) == 2


def _closed_dates(problem: Problem) -> int:
    opened = problem.venues.hours[problem.venues.hours_of].any(axis=2)
    return int((~opened).sum())


@pytest.mark.parametrize("load", [1.0, 1.5])
@pytest.mark.parametrize("requests", [400, 1500, 4000])
def test_load_is_as_asked(requests: int, load: float) -> None:
    """Hours that requests for prime time ask for, over open prime hours, both counted anew."""
    problem = draw(Shape(requests, 219, load))
    asked, venues, season = problem.requests, problem.venues, problem.season
    hours = float((asked.sessions * asked.longest)[_wants_prime(problem)].sum()) * season.step / 60
    usual = venues.hours[venues.hours_of[:, :7]] & venues.prime & ~venues.kept
    opened = np.zeros(venues.unit_count)
    for venue, cells in enumerate(usual.sum(axis=(1, 2)).tolist()):
        for unit in venues.units[venues.unit_first[venue] : venues.unit_first[venue + 1]]:
            opened[unit] = max(opened[unit], cells)
    open_hours = float(np.minimum(opened, venues.prime_cap).sum()) * season.step / 60
    assert hours / open_hours == pytest.approx(load, abs=0.03)


def _wants_prime(problem: Problem) -> npt.NDArray[np.bool_]:
    """Requests with a window at weekends or in the evening; others ask for weekdays before 18."""
    asked = problem.requests
    evening = (asked.window_weekday >= 5) | (asked.window_begin >= 18 * 60 // problem.season.step)
    return np.array(
        [
            bool(evening[asked.window_first[r] : asked.window_first[r + 1]].any())
            for r in range(len(asked))
        ]
    )


def test_equal_shapes_give_equal_arrays() -> None:
    one, other = draw(Shape(100, 50, 1.5, 7)), draw(Shape(100, 50, 1.5, 7))
    for name in one.requests.__slots__:
        assert np.array_equal(getattr(one.requests, name), getattr(other.requests, name))
    another = draw(Shape(100, 50, 1.5, 8))
    assert not np.array_equal(one.requests.weight, another.requests.weight)


def test_kept_instances_are_those_of_the_generator(tmp_path: Path) -> None:
    """A file reads back as it was, and the files kept for the benchmark are what it draws now."""
    for requests, load in ((400, 1.0), (1500, 1.5)):
        drawn = draw(Shape(requests, 219, load))
        save(drawn, tmp_path / "new.npz")
        for kept in (tmp_path / "new.npz", instance(f"{requests}x219", round(100 * load))):
            again = read(kept)
            assert again.season == drawn.season
            assert again.worth == drawn.worth
            for part in ("venues", "requests", "locks", "rejections", "last_season"):
                one, other = getattr(drawn, part), getattr(again, part)
                for name in one.__slots__:
                    array = getattr(other, name)
                    assert array.dtype == getattr(one, name).dtype
                    assert np.array_equal(getattr(one, name), array)

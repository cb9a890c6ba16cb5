"""The ballot: chances as the weights say, whoever asks first; luck by hand."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from booking.scripted import built, decide, halls, keys
from sim.streams import key_of, uniforms

HALLS, DAYS = 40, 250
CONTESTS = HALLS * DAYS
UNLIKELY = 1e-4


def contests(entrants: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Keys, pools and days of 10,000 draws of so many entrants each, draw by draw."""
    contest = np.repeat(np.arange(CONTESTS), entrants)
    return keys(len(contest), seed), contest % HALLS, 3 + contest // HALLS


def lots(key: np.ndarray) -> np.ndarray:
    """The exponential race without weights."""
    return -np.log(uniforms(key, key_of("purpose", "lot of a ballot")))


@lru_cache
def in_first(weights: tuple[int, ...], seats: int) -> tuple[float, ...]:
    """Chance of each to be drawn, without replacement: all orders of drawing added up."""
    chance = [0.0] * len(weights)
    for order in permutations(range(len(weights)), seats):
        p, left = 1.0, float(sum(weights))
        for i in order:
            p *= weights[i] / left
            left -= weights[i]
        for i in order:
            chance[i] += p
    return tuple(chance)


def test_the_enumeration_knows_simple_cases() -> None:
    assert in_first((1, 1, 1, 1), 1) == (0.25,) * 4
    assert in_first((1, 3), 1) == (0.25, 0.75)
    # 2, 1, 1 for two seats: 1/2 + 1/4 * 2/3 * 2 for the first
    assert in_first((2, 1, 1), 2)[0] == pytest.approx(1 / 2 + 2 * (1 / 4) * (2 / 3))
    assert sum(in_first((5, 2, 1, 1), 3)) == pytest.approx(3)


def test_nobody_gains_by_asking_first(tmp_path: Path) -> None:
    """10,000 draws among five who ask one after the other: each wins a fifth, in any order."""
    model = built(halls(HALLS, 1, DAYS + 10, rule="ballot"), tmp_path)
    key, pool, day = contests(5)
    place = np.tile(np.arange(5), CONTESTS)  # in the order of asking
    got = decide(model, key, day, pool=pool, ask=place * 60.0)
    wins = np.bincount(place[got.booked], minlength=5)
    assert wins.sum() == CONTESTS
    assert stats.chisquare(wins).pvalue > UNLIKELY
    # everybody asks at another time: the same win
    rng = np.random.default_rng(2)
    again = rng.permuted(np.tile(np.arange(5), (CONTESTS, 1)), axis=1).ravel()
    assert (again != place).mean() > 0.7
    other = decide(model, key, day, pool=pool, ask=again * 60.0, shuffled=3)
    assert np.array_equal(other.booked, got.booked)
    assert stats.chisquare(np.bincount(again[got.booked], minlength=5)).pvalue > UNLIKELY


@pytest.mark.parametrize("seats", [1, 2])
def test_chances_are_those_of_drawing_entries(seats: int, tmp_path: Path) -> None:
    """With extra entries: one seat in proportion to entries, two as by drawing twice."""
    parts = halls(HALLS, seats, DAYS + 10, rule="ballot")
    model = built(parts.set(demand__responses={"extra_entries": 0.8}), tmp_path)
    key, pool, day = contests(4, seed=4 + seats)
    u = uniforms(key, key_of("purpose", "extra entries"))
    entries = 1 + stats.poisson(0.8).ppf(u).astype(int)
    assert abs(entries.mean() - 1.8) < 0.05
    got = decide(model, key, day, pool=pool)
    chance = np.array([in_first(tuple(row), seats) for row in entries.reshape(-1, 4).tolist()])
    chance = chance.ravel()
    seen = 0
    for number in range(1, 6):
        own = entries == number
        # who wins in one contest keeps others out, of at most four: the variance is no larger
        spread = np.sqrt((chance * (1 - chance))[own].sum())
        assert abs(got.booked[own].sum() - chance[own].sum()) < 4 * spread
        seen += abs(own.sum() * seats / 4 - chance[own].sum()) > 8 * spread
    assert seen >= 2  # a draw that ignores entries would be seen
    expected = in_first((1, 1, 2, 3), seats)
    rows = np.sort(entries.reshape(-1, 4), axis=1)
    which = np.flatnonzero((rows == [1, 1, 2, 3]).all(axis=1))
    order = np.argsort(entries.reshape(-1, 4)[which], axis=1, kind="stable")
    wins = np.take_along_axis(got.booked.reshape(-1, 4)[which], order, axis=1).sum(axis=0)
    assert len(which) > 100
    for w, p in zip(wins, expected, strict=True):
        assert stats.binomtest(int(w), len(which), p).pvalue > UNLIKELY


def test_chances_fall_with_past_luck(tmp_path: Path) -> None:
    """Who won 3, 1 and no slot the day before wins 1 : 2 : 4 of the next draw."""
    model = built(halls(HALLS, 1, DAYS + 10, rule="ballot", past_luck=1, memory_days=1), tmp_path)
    blocks = np.arange(HALLS * (DAYS // 3))
    # four wins without a rival, at different hours; then one hour that all three want
    who = np.array([0, 0, 0, 1, 0, 1, 2])
    slot = np.array([1, 2, 3, 4, 12, 12, 12])
    later = np.array([0, 0, 0, 0, 1, 1, 1])
    day = (3 + 3 * (blocks // HALLS)[:, None] + later).ravel()
    n = len(day)
    got = decide(
        model,
        keys(n, 9),
        day,
        slot=np.tile(slot, len(blocks)),
        pool=np.repeat(blocks % HALLS, 7),
        booker=(3 * blocks[:, None] + who).ravel(),
    )
    booked = got.booked.reshape(-1, 7)
    assert booked[:, :4].all()
    wins = booked[:, 4:].sum(axis=0)
    assert stats.chisquare(wins, len(blocks) * np.array([1, 2, 4]) / 7).pvalue > UNLIKELY


def close_pair() -> tuple[np.uint64, np.uint64]:
    """Keys of two requests: the first is ahead by less than two to one."""
    key = keys(1000, 11)
    race = lots(key)
    a = int(np.argsort(race)[400])
    b = next(i for i in range(1000) if 1.2 < race[i] / race[a] < 1.8)
    return key[a], key[b]


@pytest.mark.parametrize(
    ("days_later", "memory", "power", "first_wins"),
    [
        (1, 5, 1, False),
        (5, 5, 1, False),  # this old still counts
        (6, 5, 1, True),
        (1, 5, 0, True),
        (1, 5, 0.2, True),  # 2 ^ 0.2 = 1.15 does not make up for it
    ],
)
def test_a_win_halves_the_chance_while_it_is_remembered(
    days_later: int, memory: float, power: float, first_wins: bool, tmp_path: Path
) -> None:
    """A is ahead of B by less than two to one, and has won a slot some days before."""
    rules = {"rule": "ballot", "past_luck": power, "memory_days": memory}
    model = built(halls(1, 1, **rules), tmp_path)
    a, b = close_pair()
    key = np.array([keys(1)[0], a, b], dtype=np.uint64)
    day = np.array([5, 5 + days_later, 5 + days_later])
    got = decide(model, key, day, booker=np.array([0, 0, 1]))
    assert got.booked.tolist() == [True, first_wins, not first_wins]


def test_only_wins_count_and_only_from_the_next_batch_on(tmp_path: Path) -> None:
    """A who was refused the day before, or wins another hour of the same day, is still ahead."""
    model = built(halls(1, 1, rule="ballot", past_luck=1), tmp_path)
    a, b = close_pair()
    key = keys(1000, 12)
    race = lots(key)
    good, bad = key[int(race.argmin())], key[int(race.argmax())]
    before = np.array([bad, good, a, b], dtype=np.uint64)
    got = decide(model, before, np.array([5, 5, 6, 6]), booker=np.array([0, 2, 0, 1]))
    assert got.booked.tolist() == [False, True, True, False]
    same = np.array([good, a, b], dtype=np.uint64)
    got = decide(model, same, 6, slot=np.array([1, 12, 12]), booker=np.array([0, 0, 1]))
    assert got.served[0] == 0
    assert got.booked.tolist() == [True, True, False]


def test_the_order_of_arrays_does_not_matter(tmp_path: Path) -> None:
    """Entrants laid down in any order, with luck and entries: the same are booked."""
    parts = halls(3, 2, rule="ballot", draw="weekly", past_luck=2, memory_days=9, days_ahead=1)
    model = built(
        parts.set(demand__responses={"extra_entries": 1}, experiment__warm_up_days=9), tmp_path
    )
    rng = np.random.default_rng(5)
    n = 2000
    day, pool = rng.integers(10, 30, n), rng.integers(0, 3, n)
    more = {"slot": rng.integers(8, 20, n), "booker": rng.integers(0, 150, n)}
    more["duration"] = rng.integers(1, 4, n)
    # weeks open two days before their Monday and are decided a day later
    monday = (day + model.rooms.weekday) // 7 * 7 - model.rooms.weekday
    ask = (monday - day) * 1440.0 - more["slot"] * 60.0 + rng.uniform(0, 1440, n)
    results = [
        decide(model, keys(n, 6), day, pool=pool, shuffled=s, ask=ask, **more) for s in (None, 1, 2)
    ]
    assert 0.1 < results[0].booked.mean() < 0.9
    for other in results[1:]:
        assert np.array_equal(other.booked, results[0].booked)
        assert other.served == results[0].served

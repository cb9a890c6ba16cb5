"""Policies see the same residents: what makes a difference precise with few replications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import model_of
from scipy import stats
from side_by_side import busy, compared, loaded

from sim.model import simulate
from sim.scenario.differences import input_differences
from sim.scenario.inputs import Inputs
from sim.scenario.loading import load
from sim.studies.compare import ComparisonRuns
from sim.studies.differences import differences, pairing_gain

RULES: dict[str, dict[str, Any]] = {
    "short": {"policy__window__opens_days_ahead": 2},
    "offers": {"policy__overflow": {"other_venues": 3, "shift_minutes": 120}},
    "longer warm-up": {"experiment__warm_up_days": 9},
    "replications": {"experiment__replications": 7},
    "closed": {"calendar__closures": [{"from": "2026-03-04", "until": "2026-03-05"}]},
    "responses": {"demand__responses": {"comes_back": 0.5}},
    "off-platform": {"off_platform__share": 0},
    "zone": {"zones__South__window": {"opens_days_ahead": 3}},
    "hours": {"zones__South__opening": {"close": "23:00"}},
    "ways": {"travel__detour": 1.5},
}
PEOPLE: dict[str, tuple[dict[str, Any], str]] = {
    "seed": ({"experiment__seed": 2}, "experiment.seed"),
    "level": ({"demand__level": 2}, "demand.level"),
    "multiplier": ({"demand__multiplier": 2}, "demand.multiplier"),
    "rates": (
        {"demand__wishes_per_1000__adult__activity_room": 11},
        "demand.wishes_per_1000",
    ),
    "days": ({"window__until": "2026-03-14"}, "window"),
    "segments": ({"segments__adult__adopters": 0.1}, "segments"),
    "kinds": ({"kinds__activity_room__outdoor": True}, "kinds"),
}


@pytest.mark.parametrize("rule", RULES)
def test_rules_leave_residents_alone(rule: str, tmp_path: Path) -> None:
    """Windows, offers, closures, warm-up: replications are comparable one by one."""
    a, b = loaded(tmp_path, busy(), today={}, other=RULES[rule])
    assert input_differences(a, b).residents == ()


@pytest.mark.parametrize("what", PEOPLE)
def test_other_people_are_named(what: str, tmp_path: Path) -> None:
    """Seed, demand, days, segments: the key that differs is said."""
    keys, named = PEOPLE[what]
    a, b = loaded(tmp_path, busy(), today={}, other=keys)
    assert input_differences(a, b).residents == (named,)
    assert input_differences(b, a).residents == (named,)


def test_more_people_is_named(tmp_path: Path) -> None:
    """A table of people with one more is another crowd."""
    parts = busy()
    (a,) = loaded(tmp_path / "a", parts, today={})
    parts.tables["people"][0]["people"] = int(parts.tables["people"][0]["people"]) + 1
    (b,) = loaded(tmp_path / "b", parts, other={})
    assert input_differences(a, b).residents == ("world.people",)


@pytest.mark.parametrize("rule", ["short", "offers", "longer warm-up", "zone", "hours", "ways"])
def test_the_very_same_wishes(rule: str, tmp_path: Path) -> None:
    """Keys, parties and lengths of all wishes of the counting window are the same."""
    seen = []
    for name, keys in (("a", {}), ("b", RULES[rule])):
        model = model_of(busy(2).set(**keys), tmp_path / name)
        history = simulate(model, 1, 3)
        calendar = model.world.calendar
        start = history.wishes.start // model.world.slots - calendar.count_from
        inside = (start >= 0) & (start < calendar.count_until - calendar.count_from)
        at = np.flatnonzero(inside)[np.argsort(history.wishes.key[inside])]
        seen.append((history.wishes.key[at], history.wishes.party[at], history.wishes.duration[at]))
    assert len(seen[0][0]) > 100
    for mine, theirs in zip(*seen, strict=True):
        assert np.array_equal(mine, theirs)


def test_pairing_makes_the_variance_much_smaller(tmp_path: Path) -> None:
    """On served share at least 5 times, as reported and by hand; independent runs are near 1."""
    n = {"experiment__replications": 12}
    rules = {name: {**n, **RULES[name]} for name in ("short", "offers")}
    done = compared(loaded(tmp_path, busy(30), today=n, **rules))
    values = done.ratios(done.lines_of("served_share"))[:, :, 0]
    rows = pairing_gain(done, ["served_share"]).set_index("scenario")["ratio"]
    for at, name in ((1, "short"), (2, "offers")):
        total = values[0].var(ddof=1) + values[at].var(ddof=1)
        assert rows[name] == pytest.approx(total / (values[at] - values[0]).var(ddof=1))
        assert rows[name] >= 5
        unpaired = total / (np.roll(values[at], 7) - values[0]).var(ddof=1)
        assert unpaired < 3


def test_replications_until_the_joint_intervals_are_narrow(tmp_path: Path) -> None:
    """As narrow as asked for over the last six numbers of replications, not before; all alike."""
    wanted = {"precision": 0.006, "at_most": 200}
    keys = {
        "experiment__replications": wanted,
        "experiment__primary": ["served_share", "met_share"],
    }
    rules = {name: {**keys, **RULES[name]} for name in ("short", "offers")}
    done = compared(loaded(tmp_path, busy(), today=keys, **rules))
    assert done.reached
    assert done.n > 10
    assert [len(values) for values in done.values] == [done.n] * 3
    shares = np.concatenate([done.lines_of("served_share"), done.lines_of("met_share")])
    values = done.ratios(shares)

    def widest(n: int) -> float:
        halves = [
            stats.t.ppf(1 - 0.05 / 4 / 2, n - 1) * stats.sem(values[s, :n] - values[0, :n])
            for s in (1, 2)
        ]
        return float(np.max(halves))

    assert all(widest(m) <= 0.006 for m in range(done.n - 5, done.n + 1))
    assert widest(done.n - 6) > 0.006
    table = differences(done).dropna(subset=["adjusted_low"])
    assert ((table["adjusted_high"] - table["adjusted_low"]) / 2 <= 0.006).all()


def test_the_cap_is_said(tmp_path: Path) -> None:
    """Not narrow enough within the cap: as many as allowed, and not reached."""
    keys = {"experiment__replications": {"precision": 1e-6, "at_most": 6}}
    done = compared(loaded(tmp_path, busy(3), today=keys, short={**keys, **RULES["short"]}))
    assert (done.n, done.reached) == (6, False)


POLICIES = Path(__file__).parents[2] / "scenarios" / "policies"
FIRST_COME, HONG_KONG = POLICIES / "assumed-first-come.yaml", POLICIES / "hong-kong-lcsd.yaml"
N = 24


def gain(done: ComparisonRuns) -> float:
    """Variance of the difference of independent runs over that of these, on served share."""
    first, other = done.ratios(done.lines_of("served_share"))[:, :, 0]
    total = first.var(ddof=1) + other.var(ddof=1)
    return float(total / (other - first).var(ddof=1))


def small(path: Path, rules: Path, seed: int) -> Inputs:
    """The tiny world, crowded, under the rules of a file."""
    return load(path, rules=rules, seed=seed, replications=N)


@pytest.mark.slow
def test_published_rules_on_a_small_world(tmp_path: Path) -> None:
    """At least 5 on the same people; about 1 where the other run has a seed of its own."""
    path = busy(10).set(experiment__warm_up_days=21).write(tmp_path)
    today = small(path, FIRST_COME, 1)
    done = compared([today, small(path, HONG_KONG, 1)])
    (said,) = pairing_gain(done, ["served_share"])["ratio"]
    assert said == pytest.approx(gain(done))
    assert said >= 5
    apart = compared([today, small(path, HONG_KONG, 2)])
    assert not apart.paired
    assert gain(apart) < 2.5  # 1 but for chance: 24 pairs


@pytest.mark.slow
def test_published_rules_on_the_default_world() -> None:
    """Cangqian with 20 times the demand, two weeks of March 2025: at least 5."""
    window = ("window.from=2025-03-03", "window.until=2025-03-16")
    sets = (*window, "demand.multiplier=20", "dropin.multiplier=0")
    done = compared([load(p, sets=sets, replications=N) for p in (FIRST_COME, HONG_KONG)])
    shares = done.ratios(done.lines_of("served_share"))[:, :, 0]
    assert ((shares > 0.3) & (shares < 0.9)).all()  # crowded enough for rules to matter
    assert done.paired
    assert gain(done) >= 5
    apart = np.roll(shares[1], 7) - shares[0]
    assert shares.var(ddof=1, axis=1).sum() / apart.var(ddof=1) < 2.5

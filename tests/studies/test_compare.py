"""Differences between scenarios against plain pandas and scipy, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from side_by_side import busy, compared, loaded, made_up

from sim.scenario.differences import InputDifferences
from sim.scenario.inputs import Inputs
from sim.studies.compare import ComparisonRuns
from sim.studies.comparison_words import words_of
from sim.studies.differences import COLUMNS, differences, fairness, figures, gains, pairing_gain
from sim.studies.ranking import Ranking, rank
from sim.words import signed

N = 8
PRIMARY = ["served_share", "met_share"]
EXPERIMENT = {"experiment__replications": N, "experiment__primary": PRIMARY}
RULES = {
    "today": {},
    "short": {"policy__window__opens_days_ahead": 2},
    "offers": {"policy__overflow": {"other_venues": 3, "shift_minutes": 120}},
}


@cache
def ran() -> tuple[ComparisonRuns, pd.DataFrame]:
    """Three policies of one crowded world; values of `replications.parquet` in columns."""
    with TemporaryDirectory() as folder:
        rules = {name: {**EXPERIMENT, **keys} for name, keys in RULES.items()}
        done = compared(loaded(Path(folder), busy(), **rules))
    values = pd.concat(list(done.replications()))
    for column in ("scenario", "metric", "group", "level"):
        values[column] = values[column].astype(str)
    keys = ["metric", "group", "level", "scenario"]
    values = values[values["of"] > 0]
    wide = values.pivot_table(index="replication", columns=keys, values=["value", "of"])
    return done, wide


def linear(wide: pd.DataFrame, line: tuple[str, ...], *names: str) -> list[pd.Series]:
    """Values of scenarios whose means are shares of totals, where all have something to divide."""
    both = pd.concat([wide[c][(*line, n)] for n in names for c in ("value", "of")], axis=1)
    both = both.dropna()
    found = []
    for at in range(len(names)):
        value, of = both.iloc[:, 2 * at], both.iloc[:, 2 * at + 1]
        share = (value * of).sum() / of.sum()
        found.append(share + (value - share) * of / of.mean())
    return found


def said(found: Ranking) -> str:
    return found.words({name: name for name in found.names})


@cache
def three() -> list[Inputs]:
    """Three scenarios for comparisons whose values are made up."""
    with TemporaryDirectory() as folder:
        return loaded(Path(folder), busy(), today={}, one={}, two={})


def values_of(rows: list[list[float]], lines: list[tuple[str, str, str]]) -> ComparisonRuns:
    """(scenario, replication) values of each line, in hundredths of 1,000 requests."""
    top = 1000 * np.asarray(rows, dtype=float)
    return made_up(three()[: len(rows)], top, np.full(top.shape, 1000.0), lines)


@pytest.mark.parametrize(
    ("scenario", "metric"), [(s, m) for s in ("short", "offers") for m in PRIMARY]
)
def test_primary_differences_by_scipy(scenario: str, metric: str) -> None:
    """Paired t by scipy; joint limits with 1 - 0.05 / (2 scenarios x 2 metrics), wider."""
    done, wide = ran()
    table = differences(done)
    assert tuple(table.columns) == COLUMNS
    at = (table["metric"] == metric) & (table["group"] == "all") & (table["scenario"] == scenario)
    (row,) = table[at].to_dict("records")
    mine, base = linear(wide, (metric, "all", "all"), scenario, "today")
    test = stats.ttest_rel(mine, base)
    own = test.confidence_interval(0.95)
    joint = test.confidence_interval(1 - 0.05 / 4)
    apart = mine - base
    assert row["difference"] == pytest.approx(apart.mean(), abs=1e-12)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((own.low, own.high))
    assert (row["adjusted_low"], row["adjusted_high"]) == pytest.approx((joint.low, joint.high))
    assert row["adjusted_low"] < row["ci_low"] < row["ci_high"] < row["adjusted_high"]
    assert (row["baseline"], row["n"], row["paired"], row["unit"]) == ("today", N, "yes", "share")


def test_every_other_line_by_scipy() -> None:
    """By segment, zone, tier, kind and distance band: paired t of one line, nothing adjusted."""
    done, wide = ran()
    table = differences(done)
    rest = table[(table["group"] != "all") & (table["metric"] == "served_share")]
    assert {"segment", "zone", "tier", "kind", "distance_band", "peak"} <= set(rest["group"])
    assert rest[["adjusted_low", "adjusted_high"]].isna().all(axis=None)
    checked = 0
    for row in rest.to_dict("records"):
        line = row["metric"], row["group"], row["level"]
        seen = wide["of"].columns
        if (*line, "today") not in seen or (*line, row["scenario"]) not in seen:
            assert np.isnan(row["difference"])
            continue
        mine, base = linear(wide, line, row["scenario"], "today")
        apart = mine - base
        assert (row["difference"], row["n"]) == (pytest.approx(apart.mean(), abs=1e-12), len(apart))
        if apart.std() > 1e-9:
            half = stats.t.ppf(0.975, len(apart) - 1) * apart.std() / len(apart) ** 0.5
            assert row["ci_high"] - row["ci_low"] == pytest.approx(2 * half)
            checked += 1
    assert checked > 15


def test_exploratory_metrics_have_no_joint_interval() -> None:
    """Only primary metrics of all are in the family."""
    table = differences(ran()[0])
    adjusted = table.dropna(subset=["adjusted_low"])
    assert set(zip(adjusted["metric"], adjusted["group"], strict=True)) == {
        (metric, "all") for metric in PRIMARY
    }


def test_worst_group_compares_the_worst_of_each() -> None:
    """Segments a, b: the baseline serves b worst, the other a; -0.1 = 0.6 - 0.7."""
    lines = [("served_share", "all", "all"), *(("served_share", "segment", s) for s in "ab")]
    base = [[0.75, 0.8, 0.7], [0.75, 0.8, 0.72], [0.75, 0.8, 0.68]]
    other = [[0.75, 0.6, 0.9], [0.75, 0.61, 0.9], [0.75, 0.59, 0.9]]
    table = differences(values_of([base, other], lines))
    (row,) = table[table["metric"] == "worst_group_served_share"].to_dict("records")
    half = stats.t.ppf(0.975, 2) * np.std([-0.1, -0.11, -0.09], ddof=1) / 3**0.5
    assert row["difference"] == pytest.approx(-0.1)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((-0.1 - half, -0.1 + half))


def test_other_residents_are_compared_by_welch() -> None:
    """Another seed: Welch's interval, `no`, no ratio of variances, no price, no contender."""
    x, y = [0.5, 0.6, 0.55, 0.62], [0.4, 0.52, 0.41, 0.43]
    rows = np.array([x, y])[:, :, None] * 1000
    lines = [("served_share", "all", "all")]
    unlike = ((), ("experiment.seed",))
    done = made_up(three()[:2], rows, np.full(rows.shape, 1000.0), lines, unlike)
    (row,) = differences(done).to_dict("records")
    own = stats.ttest_ind(y, x, equal_var=False).confidence_interval(0.95)
    assert row["paired"] == "no"
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((own.low, own.high))
    assert len(pairing_gain(done, ["served_share"])) == 0
    assert "price_of_fairness" not in set(fairness(done)["metric"])
    assert said(rank(done)) == "No best is named: no two scenarios have the same residents."
    assert list(rank(done).table["status"]) == ["not ranked", "other residents"]


def test_price_of_fairness_by_hand() -> None:
    """The one that serves most has none; others lose (0.8 - 0.6) / 0.8 and (0.8 - 0.7) / 0.8."""
    shares = [[0.6, 0.59, 0.61], [0.8, 0.79, 0.81], [0.7, 0.71, 0.69]]
    table = fairness(
        values_of(np.array(shares)[:, :, None].tolist(), [("served_share", "all", "all")])
    )
    prices = table[table["metric"] == "price_of_fairness"].set_index("scenario")
    assert prices["mean"].to_dict() == pytest.approx({"today": 0.25, "one": 0, "two": 0.125})
    assert set(prices["level"]) == {"one"}
    for name, column in (("today", 0), ("two", 2)):  # Fieller: ends are where the paired t is t
        for end in ("ci_low", "ci_high"):
            q = 1 - prices.loc[name, end]
            left = np.array(shares[column]) - q * np.array(shares[1])
            t = left.mean() / (left.std(ddof=1) / 3**0.5)
            assert abs(t) == pytest.approx(stats.t.ppf(0.975, 2))


def test_spread_of_hours_is_in_both_tables() -> None:
    """10th percentile, Gini, Jain: means in fairness.csv, differences in comparison.csv."""
    done, wide = ran()
    even, table = fairness(done), differences(done)
    for metric in ("p10_hours", "gini_hours", "jain_hours"):
        at = (even["metric"] == metric) & (even["scenario"] == "offers")
        assert float(even.loc[at, "mean"].iloc[0]) == pytest.approx(
            linear(wide, (metric, "all", "all"), "offers")[0].mean()
        )
        assert ((table["metric"] == metric) & (table["scenario"] == "offers")).sum() == 1


def test_joint_intervals_of_groups_by_scipy() -> None:
    """1 - 0.05 / (lines x scenarios): whoever is named is not the luckiest of many."""
    done, wide = ran()
    table = gains(done, "served_share")
    family = len(table)
    some = table[(table["group"] == "segment") & (table["scenario"] == "offers")]
    assert len(some) == 2
    for row in some.to_dict("records"):
        line = "served_share", "segment", row["level"]
        test = stats.ttest_rel(*linear(wide, line, "offers", "today"))
        found = test.confidence_interval(1 - 0.05 / family)
        assert (row["joint_low"], row["joint_high"]) == pytest.approx((found.low, found.high))


def test_words_by_hand() -> None:
    """Four gain, one loses, one may be chance; three are named, most first."""
    rows = [
        ("all", "all", 0.02, 0.01, 0.03),
        ("segment", "a", 0.05, 0.04, 0.06),
        ("segment", "b", -0.04, -0.06, -0.02),
        ("segment", "c", 0.09, -0.01, 0.19),
        ("tier", "d", 0.07, 0.05, 0.09),
        ("zone", "e", 0.01, 0.0004, 0.02),
        ("zone", "f", 0.03, 0.02, 0.04),
    ]
    columns = ["group", "level", "difference", "joint_low", "joint_high"]
    table = pd.DataFrame(rows, columns=columns).assign(scenario="x")
    said = words_of(table, "x", lambda group, level: f"{group} {level.upper()}")
    assert said == (
        "+2.0 in all; gain: tier D +7.0 (+5.0 to +9.0), segment A +5.0 (+4.0 to +6.0), "
        "zone F +3.0 (+2.0 to +4.0) and 1 more group; lose: segment B -4.0 (-6.0 to -2.0)"
    )
    chance = table[table["level"].isin(["all", "c"])]
    said = words_of(chance, "x", lambda group, level: level)
    assert said == "+2.0 in all; no group gains or loses beyond chance"


@pytest.mark.parametrize(
    ("points", "said"), [(0.04, "0.0"), (-0.04, "0.0"), (-0.06, "-0.1"), (3.26, "+3.3")]
)
def test_nothing_has_no_sign(points: float, said: str) -> None:
    """What is shown as zero is neither more nor less."""
    assert signed(points) == said


def noisy(means: list[float], n: int, noise: float) -> ComparisonRuns:
    """Scenarios that share most of their noise."""
    rng = np.random.default_rng(5)
    shared = rng.normal(0, 0.02, n)
    rows = [shared + mean + rng.normal(0, noise, n) for mean in means]
    return values_of(np.array(rows)[:, :, None].tolist(), [("served_share", "all", "all")])


def test_best_is_said_only_when_the_procedure_selects() -> None:
    """A lead of 5 points: best. Under ten replications, or noise as large as the lead: no best."""
    clear = rank(noisy([0.5, 0.55, 0.45], 20, 0.002))
    assert clear.selection is not None
    assert clear.names[clear.selection.best or 0] == "one"
    assert said(clear).startswith("Best on requests that got a slot: one.")
    assert "probability 95%" in said(clear)
    table = clear.table.set_index("scenario")
    assert table["status"].to_dict() == {"today": "eliminated", "one": "best", "two": "eliminated"}
    assert set(table["indifference_zone"]) == {0.01}
    few = rank(noisy([0.5, 0.55, 0.45], 9, 0.002))
    assert said(few) == "No best is named: that takes 10 replications or more."
    assert set(few.table["status"]) == {"not ranked"}
    unclear = rank(noisy([0.5, 0.502, 0.501], 12, 0.05))
    assert said(unclear).startswith(
        "No best on requests that got a slot is named after 12 replications"
    )
    assert "best" not in set(unclear.table["status"])


def changed(done: ComparisonRuns, *numbers: int) -> ComparisonRuns:
    """The same with so many keys otherwise than the baseline."""
    differs = [InputDifferences({"rules": tuple("x" * n)} if n else {}) for n in numbers]
    return replace(done, differs=tuple(differs))


@pytest.mark.parametrize("lead", [0.0, 0.004, 0.009])
def test_no_best_within_the_indifference_zone_of_the_baseline(lead: float) -> None:
    """Whoever the procedure selects: what does not lead doing nothing by a point is no best."""
    found = rank(changed(noisy([0.5, 0.5 + lead, 0.45], 20, 0.0005), 0, 1, 2))
    assert found.lead is not None
    assert said(found).startswith("No scenario is better than today")
    assert "Best" not in said(found)
    assert "found with probability 95%" in said(found)
    assert "best" not in set(found.table["status"])
    assert found.table["status"][0] == "tied"


def test_no_best_where_the_lead_may_be_within_the_zone() -> None:
    """A lead of about a point: not surely more than the point that matters."""
    found = rank(changed(noisy([0.5, 0.51, 0.4], 20, 0.004), 0, 1, 2))
    assert found.lead is not None
    assert found.lead.low < 0.01 < found.lead.high
    assert said(found).startswith("No best on requests that got a slot is named: one leads today")


def test_ties_are_named_together_the_simplest_first() -> None:
    """Equal to the last digit, or nearly: both are named, the one that changes least first."""
    for apart in (0.0, 0.002):
        done = noisy([0.5, 0.55, 0.55 - apart], 20, 0.0)
        found = rank(changed(done, 0, 4, 3))
        assert said(found).startswith(
            "Best on requests that got a slot: two and one, too close to call within 1 point; two "
            "changes least."
        )
        assert list(found.table["status"]) == ["eliminated", "tied", "tied"]


def test_a_difference_has_one_interval_wherever_it_is_told() -> None:
    """In the table of use and cost a primary metric has its joint interval too."""
    done = ran()[0]
    told = differences(done)
    assert len(done.primary) * len(done.others) > 1
    use = figures(done)
    use = use[use["metric"].isin(done.primary) & (use["scenario"] != done.labels[done.baseline])]
    joint = told[told["group"] == "all"].set_index(["metric", "scenario"])
    joint = joint.loc[list(zip(use["metric"], use["scenario"], strict=True))]
    assert len(joint)
    np.testing.assert_array_equal(use["ci_low"], joint["adjusted_low"])
    np.testing.assert_array_equal(use["ci_high"], joint["adjusted_high"])


def test_nothing_asked_is_no_value() -> None:
    """Without requests there is no share: said, not drawn as zero, and no best."""
    zeros = np.zeros((2, 12, 1))
    done = made_up(three()[:2], zeros, zeros, [("served_share", "all", "all")])
    (row,) = differences(done).to_dict("records")
    assert np.isnan(row["difference"])
    assert words_of(gains(done, "served_share"), "one", lambda g, n: n) == "no value"
    assert said(rank(done)) == (
        "No best is named: fewer than 10 replications have a value for all."
    )


def test_some_of_them_against_another_baseline() -> None:
    """The same values read again: differences from the last instead of the first."""
    done, _ = ran()
    part = done.restricted_to([1, 2], 2)
    assert (part.labels, part.baseline, part.others) == (("short", "offers"), 1, (0,))
    line = part.lines_of("served_share")
    served = done.ratios(line)[:, :, 0].mean(axis=1)
    assert part.differ(0, line, None).difference == pytest.approx([served[1] - served[2]])
    unlike = ((), ("demand",), ())
    zeros = np.zeros((3, 2, 1))
    apart = made_up(three(), zeros, zeros, [("served_share", "all", "all")], unlike)
    with pytest.raises(ValueError, match="the same residents"):
        apart.restricted_to([1, 2], 2)

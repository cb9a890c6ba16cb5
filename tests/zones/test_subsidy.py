"""Splitting money: scores, floors and caps, and tables by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.schema.money import Subsidy, SubsidyRule
from sim.zones.league import ZoneMeasure
from sim.zones.subsidy import ZoneSizes, bounded, infeasible, scores, split
from sim.zones.subsidy_table import pay, subsidy_summary


def measure(values: object, *, top: object = None) -> ZoneMeasure:
    x = np.array(values, dtype=float)
    known = ~np.isnan(x)
    above = np.where(known, x, 0.0) if top is None else np.array(top, dtype=float)
    return ZoneMeasure("m", "index", True, False, above, known.astype(float))


def rule(**parts: object) -> SubsidyRule:
    return SubsidyRule.model_validate({"weights": {"served_share": 1}, **parts})


def score(spec: SubsidyRule, **measures: ZoneMeasure) -> list[list[float]]:
    shape = next(iter(measures.values())).top.shape
    return scores(spec, measures, shape).tolist()


def test_scores_by_hand() -> None:
    """Mean of zones 1; capped at twice the mean; weights normalised."""
    assert score(rule(), served_share=measure([[1, 2, 3]])) == [[0.5, 1.0, 1.5]]
    assert score(rule(), served_share=measure([[0, 0, 3]])) == [[0, 0, 2]]
    both = rule(weights={"served_share": 3, "visits_per_head": 1})
    assert score(both, served_share=measure([[1, 2, 3]]), visits_per_head=measure([[8, 4, 0]])) == [
        [0.875, 1.0, 1.125]
    ]


def test_cost_and_walking_count_the_other_way() -> None:
    cost = rule(weights={"cost_per_person_hour": 1})
    assert score(cost, cost_per_person_hour=measure([[5, 10, 15]])) == [
        [2, 1, pytest.approx(2 / 3)]
    ]
    near = rule(weights={"nearness": 1})
    got = score(near, mean_walk_minutes=measure([[5, 10, 20]]))  # mean of inverses 0.35 / 3
    assert got == [pytest.approx([0.6 / 0.35, 0.3 / 0.35, 0.15 / 0.35])]
    assert score(near, mean_walk_minutes=measure([[0, 0, 0]])) == [[1, 1, 1]]


def test_unknown_counts_as_average_but_cost_without_use_as_nothing() -> None:
    nan = np.nan
    assert score(rule(), served_share=measure([[nan, 2, 4]])) == [
        [1.0, pytest.approx(2 / 3), pytest.approx(4 / 3)]
    ]
    cost = rule(weights={"cost_per_person_hour": 1})
    wasted = measure([[nan, 10, 10]], top=[[700, 10, 10]])
    assert score(cost, cost_per_person_hour=wasted) == [[0, 1, 1]]
    assert score(rule(), visits_per_head=measure([[1, 2, 3]])) == [[1, 1, 1]]  # not measured
    assert score(rule(), served_share=measure([[0, 0, 0]])) == [[1, 1, 1]]


def test_adjusted_shares_replace_plain_ones() -> None:
    plain, other = measure([[1, 1]]), measure([[1, 3]])
    both = {"served_share": plain, "served_share_adjusted": other}
    assert score(rule(), **both) == [[1, 1]]
    assert score(rule(adjusted=True), **both) == [[0.5, 1.5]]


@pytest.mark.parametrize(
    ("shares", "floor", "cap", "expected"),
    [
        ([0.2, 0.3, 0.5], 0, 1, [0.2, 0.3, 0.5]),
        ([0.1, 0.3, 0.6], 0.2, 1, [0.2, 0.8 / 3, 1.6 / 3]),
        ([0.1, 0.3, 0.6], 0, 0.5, [0.125, 0.375, 0.5]),
        # 0.1 -> 0.2 and 0.6 -> 0.5: 0.3 is what is left
        ([0.1, 0.3, 0.6], 0.2, 0.5, [0.2, 0.3, 0.5]),
        # raising the first pushes the second below the floor as well
        ([0.1, 0.25, 0.65], 0.24, 1, [0.24, 0.24, 0.52]),
        ([1, 0, 0], 0, 0.5, [0.5, 0.25, 0.25]),
        ([1, 0, 0], 0.1, 0.8, [0.8, 0.1, 0.1]),
        ([0.2, 0.3, 0.5], 1 / 3, 1, [1 / 3] * 3),
        ([0.2, 0.3, 0.5], 0, 1 / 3, [1 / 3] * 3),
        ([1], 0, 1, [1]),
    ],
)
def test_floors_and_caps_by_hand(
    shares: list[float], floor: float, cap: float, expected: list[float]
) -> None:
    assert bounded(np.array(shares, dtype=float), floor, cap) == pytest.approx(expected)


def test_floors_and_caps_hold_always() -> None:
    """Sum 1, limits kept, order kept, and in proportion between the limits."""
    rng = np.random.default_rng(4)
    for _ in range(500):
        k = int(rng.integers(1, 8))
        shares = rng.dirichlet(np.full(k, 0.3))
        floor, cap = rng.uniform(0, 1 / k), rng.uniform(1 / k, 1)
        got = bounded(shares, floor, cap)
        assert got.sum() == pytest.approx(1, abs=1e-12)
        assert got.min() >= floor - 1e-12
        assert got.max() <= cap + 1e-12
        assert (np.diff(got[np.argsort(shares)]) >= -1e-12).all()
        inside = (got > floor + 1e-9) & (got < cap - 1e-9)
        factor = got[inside] / shares[inside]
        assert factor == pytest.approx(np.full(inside.sum(), factor.mean() if len(factor) else 0))


def test_split_by_hand() -> None:
    ones = np.ones(3)
    got = split(rule(equal=0.4), 300, np.array([[0.5, 1, 1.5]]), ones)
    assert got == pytest.approx(np.array([[70, 100, 130]]))  # 40 each, 180 as 1 : 2 : 3
    heads = split(rule(), 600, np.array([[1, 1, 1.0]]), np.array([1, 2, 3.0]))
    assert heads == pytest.approx(np.array([[100, 200, 300]]))
    nothing = split(rule(), 600, np.zeros((1, 3)), ones)
    assert nothing == pytest.approx(np.array([[200, 200, 200]]))
    with pytest.raises(ValueError, match="floor"):
        split(rule(floor=0.4), 600, np.ones((1, 3)), ones)


def test_infeasible_limits_say_so() -> None:
    assert infeasible(rule(floor=0.3, cap=0.5), 3) is None
    assert "0.3333" in str(infeasible(rule(floor=0.34), 3))
    assert "leaves money over" in str(infeasible(rule(cap=0.3), 3))
    assert infeasible(rule(floor=0.5, cap=0.5), 2) is None


def played() -> tuple[Subsidy, ZoneSizes, dict[str, ZoneMeasure]]:
    subsidy = Subsidy.model_validate(
        {
            "amount": 1200,
            "rules": {
                "alike": {"equal": 1},
                "served": {"weights": {"served_share": 1}},
                "heads": {
                    "weights": {"served_share": 1, "visits_per_head": 3},
                    "scaled_by": "head",
                },
            },
        }
    )
    measures = {
        "served_share": measure([[0.5, 0.5, 0.5], [0.25, 0.5, 0.75], [0.75, 0.5, 0.25]]),
        "visits_per_head": measure([[1, 2, 3]] * 3),
    }
    return subsidy, ZoneSizes(np.array([100, 100, 200.0]), np.ones(3)), measures


def test_tables_by_hand() -> None:
    subsidy, sizes, measures = played()
    done = pay(subsidy, ("X", "Y", "Z"), sizes, measures, 3, 0.95)
    zones = done.zones.set_index(["rule", "zone"])
    assert zones["yuan"]["alike"].tolist() == [400, 400, 400]
    assert zones["sd"]["alike"].tolist() == [0, 0, 0]
    assert zones["share_of_periods_elsewhere"]["alike"].tolist() == [0, 0, 0]
    served = zones.loc["served"]
    assert served["yuan"].tolist() == pytest.approx([400, 400, 400])
    assert served["sd"].tolist() == pytest.approx([200, 0, 200])
    assert served["least"].tolist() == pytest.approx([200, 400, 200])
    assert served["rank"].tolist() == [1, 1, 1]
    # by the mean of the other two X is third, then first, and Z the other way round; Y is second
    elsewhere = served["share_of_periods_elsewhere"].tolist()
    assert elsewhere == pytest.approx([2 / 3, 0, 2 / 3])
    assert served["yuan_per_head"].tolist() == pytest.approx([4, 4, 2])
    moves = done.moves.set_index(["rule", "metric"])
    assert "alike" not in moves.index.get_level_values("rule")
    # no period: 0; two periods: 200, 0, 200
    assert moves.loc[("served", "served_share"), "moves_yuan"] == pytest.approx(800 / 9)
    luck = moves.loc[("served", "served_share"), "luck_yuan"]
    assert luck == pytest.approx(800 / 9 * (3 / 2) ** 0.5)  # as if the mean were known
    # by heads alone 300, 300, 600 against 400 each; visits 1 : 4 : 12 of a sum of 1 : 2 : 6
    assert moves.loc[("heads", "size"), "moves_yuan"] == pytest.approx((100 + 100 + 200) / 3)
    by_visits = np.array([1, 2, 6]) / 9 * 1200
    expected = np.abs(by_visits - [300, 300, 600]).mean()
    assert moves.loc[("heads", "visits_per_head"), "moves_yuan"] == pytest.approx(expected)
    assert moves.loc[("heads", "visits_per_head"), "luck_yuan"] == pytest.approx(0)
    assert moves.loc[("heads", "visits_per_head"), "weight"] == 0.75


def test_money_sums_to_the_amount() -> None:
    subsidy, sizes, measures = played()
    done = pay(subsidy, ("X", "Y", "Z"), sizes, measures, 3, 0.95)
    assert done.zones.groupby("rule")["yuan"].sum().tolist() == pytest.approx([1200] * 3)


def test_summary_rows() -> None:
    subsidy, sizes, measures = played()
    summary = subsidy_summary(pay(subsidy, ("X", "Y", "Z"), sizes, measures, 3, 0.95))
    money = summary[summary["metric"] == "subsidy"].set_index("level")
    assert set(money["group"]) == {"zone*rule"}
    assert set(money["unit"]) == {"yuan"}
    assert money.loc["X*served", "mean"] == pytest.approx(400)
    assert money.loc["X*served", "ci_low"] == 0  # not less than nothing
    assert money.loc["X*alike", ["ci_low", "ci_high"]].tolist() == [400, 400]
    assert set(summary["metric"]) == {
        "subsidy",
        "subsidy_elsewhere",
        "subsidy_moves",
        "subsidy_luck",
        "subsidy_place_changes",
    }


def test_how_often_the_order_of_zones_changes() -> None:
    """Z before Y before X in two periods of three; in the other Y and X change places."""
    subsidy, sizes, measures = played()
    shares = measure([[0.1, 0.5, 0.9], [0.2, 0.5, 0.9], [0.6, 0.5, 0.9]])
    done = pay(subsidy, ("X", "Y", "Z"), sizes, {**measures, "served_share": shares}, 3, 0.95)
    assert done.changes["alike"] == 0
    assert done.changes["served"] == pytest.approx(1 / 3)
    rows = subsidy_summary(done)
    found = rows[rows["metric"] == "subsidy_place_changes"].set_index("level")["mean"]
    assert found["served"] == pytest.approx(1 / 3)


def test_no_rules_and_one_replication() -> None:
    _, sizes, measures = played()
    none = pay(Subsidy(), ("X", "Y", "Z"), sizes, measures, 3, 0.95)
    assert subsidy_summary(none).empty
    subsidy, sizes, _ = played()
    one = {"served_share": measure([[1, 2, 3]])}
    done = pay(subsidy, ("X", "Y", "Z"), sizes, one, 1, 0.95).zones
    assert done["ci_low"].isna().all()
    assert set(done["rank_low"]) == {1}
    assert set(done["rank_high"]) == {3}

"""The tables of a subsidy: what zones get by each rule, and what each rule rewards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.scenario.schema.money import Subsidy, SubsidyRule
from sim.stats.intervals import t_intervals
from sim.stats.ranks import rank_intervals
from sim.zones.league import ZoneMeasure
from sim.zones.subsidy import ZoneSizes, scores, split

Measures = Mapping[str, ZoneMeasure]

_SUMMARY = ["metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit"]


@dataclass(frozen=True, slots=True)
class RulePayments:
    """Payments under one rule.

    Attributes
    ----------
    money
        (n, Z) yuan a year.
    moves
        Metric -> mean over replications and zones of the yuan by which a zone's money differs
        from that of a rule that knows no performance, when only this metric counts; `size` for
        what `scaled_by` moves from an equal split. Luck is contained in it.
    chance_shares
        Metric -> the part of it that changes from replication to replication: the mean difference
        of a replication's money from the mean money.
    """

    rule: SubsidyRule
    money: F64
    moves: dict[str, float]
    chance_shares: dict[str, float]


@dataclass(frozen=True, slots=True)
class ScenarioSubsidy:
    """All rules of a scenario.

    Attributes
    ----------
    zones
        The rows of `subsidy.csv`: one a rule and zone.
    moves
        One row a rule and metric: weight, yuan moved, yuan of luck.
    changes
        Rule -> share of replications in which the order of zones is not that of the mean.
    """

    zones: pd.DataFrame
    moves: pd.DataFrame
    changes: dict[str, float]


def pay(
    subsidy: Subsidy,
    zones: tuple[str, ...],
    sizes: ZoneSizes,
    measures: Measures,
    n: int,
    level: float,
) -> ScenarioSubsidy:
    """Split the amount by every rule in every replication.

    Parameters
    ----------
    n
        Replications.
    level
        Confidence of the intervals.
    """
    paid = {
        name: _paid(rule, subsidy.amount, sizes, measures, (n, len(zones)))
        for name, rule in subsidy.rules.items()
    }
    by_zone = [_by_zone(name, p, zones, subsidy.amount, sizes, level) for name, p in paid.items()]
    moves = [
        (name, metric, _weight(p.rule, metric), p.moves[metric], p.chance_shares[metric])
        for name, p in paid.items()
        for metric in p.moves
    ]
    return ScenarioSubsidy(
        zones=pd.concat(by_zone, ignore_index=True) if by_zone else pd.DataFrame(),
        moves=pd.DataFrame(moves, columns=["rule", "metric", "weight", "moves_yuan", "luck_yuan"]),
        changes={name: _reordered(p.money) for name, p in paid.items()},
    )


def _reordered(money: F64) -> float:
    """Share of replications in which the order of zones is not that of all the others' mean.

    NaN with one replication.
    """
    n = len(money)
    if n < 2:
        return float("nan")
    others = (money.sum(axis=0) - money) / (n - 1)
    usual = np.argsort(-others, axis=1, kind="stable")
    ordered = np.take_along_axis(money, usual, axis=1)
    return float((np.diff(ordered, axis=1) > 1e-9 * np.abs(money).max()).any(axis=1).mean())


def _paid(
    rule: SubsidyRule, amount: float, sizes: ZoneSizes, measures: Measures, shape: tuple[int, int]
) -> RulePayments:
    size = sizes.scale(rule)
    blind = split(rule, amount, np.ones(shape), size)
    moves: dict[str, float] = {}
    luck: dict[str, float] = {}
    for metric, weight in rule.weights.items():
        if weight > 0:
            only = rule.model_copy(update={"weights": {metric: 1.0}})
            money = split(only, amount, scores(only, measures, shape), size)
            moves[metric] = float(np.abs(money - blind).mean())
            luck[metric] = _chance_share(money)
    if rule.scaled_by != "zone":
        moves["size"] = float(np.abs(blind - amount / shape[1]).mean())
        luck["size"] = 0.0
    money = split(rule, amount, scores(rule, measures, shape), size)
    return RulePayments(rule=rule, money=money, moves=moves, chance_shares=luck)


def _chance_share(money: F64) -> float:
    """Mean distance from the mean, as if that were known; NaN with one replication."""
    n = len(money)
    if n < 2:
        return float("nan")
    return float(np.abs(money - money.mean(axis=0)).mean() * np.sqrt(n / (n - 1)))


def _weight(rule: SubsidyRule, metric: str) -> float:
    """Weight of a metric in the score, of sum 1; NaN for size, which is a factor."""
    weights = {str(name): weight for name, weight in rule.weights.items()}
    return weights[metric] / sum(weights.values()) if metric in weights else float("nan")


def _by_zone(
    name: str,
    paid: RulePayments,
    zones: tuple[str, ...],
    amount: float,
    sizes: ZoneSizes,
    level: float,
) -> pd.DataFrame:
    """One row a zone."""
    money = paid.money
    value, place = t_intervals(money, level), rank_intervals(money, level)
    several = len(money) > 1
    spread = money.std(axis=0, ddof=1) if several else np.full(len(zones), np.nan)
    exact = value.high - value.low <= 1e-12 * value.mean
    return pd.DataFrame(
        {
            "rule": name,
            "zone": zones,
            "yuan": value.mean,
            "ci_low": np.where(exact, value.mean, np.maximum(value.low, 0.0)),
            "ci_high": np.where(exact, value.mean, np.minimum(value.high, amount)),
            "sd": spread,
            "least": money.min(axis=0),
            "most": money.max(axis=0),
            "share": value.mean / amount if amount > 0 else np.full(len(zones), np.nan),
            "yuan_per_head": value.mean / np.where(sizes.heads > 0, sizes.heads, np.nan),
            "rank": place.rank.astype(np.int64),
            "rank_low": place.low.astype(np.int64),
            "rank_high": place.high.astype(np.int64),
            "share_of_periods_elsewhere": 1.0 - place.in_place,
            "n": value.n,
        }
    )


def subsidy_summary(subsidised: ScenarioSubsidy) -> pd.DataFrame:
    """Rows for `summary.csv`: `subsidy`, how often a zone's place is another, what moves money."""
    lines: list[tuple[object, ...]] = []
    for r in subsidised.zones.to_dict("records"):
        level = f"{r['zone']}*{r['rule']}"
        known = (r["yuan"], r["ci_low"], r["ci_high"], r["n"], "yuan")
        lines.append(("subsidy", "zone*rule", level, *known))
        elsewhere = r["share_of_periods_elsewhere"]
        lines.append(("subsidy_elsewhere", "zone*rule", level, elsewhere, *_NONE, r["n"], "share"))
    for rule, share in subsidised.changes.items():
        n = int(subsidised.zones["n"].max())
        lines.append(("subsidy_place_changes", "rule", rule, share, *_NONE, n, "share"))
    for r in subsidised.moves.to_dict("records"):
        level = f"{r['rule']}*{r['metric']}"
        n = int(subsidised.zones["n"].max())
        for metric in ("moves", "luck"):
            moved = (r[f"{metric}_yuan"], *_NONE, n, "yuan")
            lines.append((f"subsidy_{metric}", "rule*measure", level, *moved))
    return pd.DataFrame(lines, columns=_SUMMARY).astype({"n": np.int64})


_NONE = (float("nan"), float("nan"))
"""Figures over all replications at once have no interval of their own."""

"""What choices change, simulated beside doing nothing on the same residents."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from sim.advise.levers import NOTHING, Chosen, Levers
from sim.arrays import F64, I64
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, Study, fixed_number, shifted
from sim.experiment.work import BUILT
from sim.scenario.derived.yearly import DAYS
from sim.scenario.differences import input_differences
from sim.stats.fairness import worst_group
from sim.stats.intervals import Interval, linearised, t_interval
from sim.studies.comparison_words import PERSON_HOURS
from sim.studies.recipe import ReplicationValues, measured_gains
from sim.studies.side_by_side import contrast, lines_of

Aim = Literal["person_hours", "met_share", "worst_group"]
AIMS: tuple[Aim, ...] = get_args(Aim)
UNITS = {
    "person_hours": "person-hours a year",
    "met_share": "of wishes met",
    "worst_group": "of the wishes of the worst-off segment met",
}
WHO = ("segment", "zone", "distance_band")
"""Groups among which losers are looked for."""
UNBOUNDED = "no upper limit"
NONE = "no gain seen"
GAIN, LOSS = "gain", "loss"
FIRST = 4
"""Replications with which everything begins: paired with doing nothing, most effects are clear."""
DRAWS = 4_000
"""Joint draws of chance and costs in which choices are ranked."""
SAVES, SAVES_AT_A_LOSS = "saves, no change seen", "saves, at a loss"


class Town:
    """Sets of choices, each simulated once, with what it gains over doing nothing.

    Attributes
    ----------
    n
        Replications of what is judged, and of what the first few leave open.
    gains
        (replications,) gain of every set so far.
    values
        (2, replications, lines) numerators and denominators of every set so far.
    names
        Metric, group and level of each line, once something is simulated.
    """

    def __init__(self, levers: Levers, engine: Engine, aim: Aim, n: int, seed: int) -> None:
        self.levers, self.aim, self.n = levers, aim, n
        self._engine, self._seed = engine, seed
        self.gains: dict[Chosen, F64] = {NOTHING: np.zeros(n)}
        self.values: dict[Chosen, F64] = {}
        self.names = pd.DataFrame(columns=["metric", "group", "level"])
        window = levers.base.scenario.window
        self.yearly = DAYS / ((window.last - window.first).days + 1)

    @property
    def confidence(self) -> float:
        """Confidence of intervals."""
        return self.levers.base.scenario.experiment.interval_confidence

    def with_seed(self, seed: int) -> Town:
        """Return the same town with other replications, none of them simulated yet."""
        return Town(self.levers, self._engine, self.aim, self.n, self._seed + seed)

    def with_levers(self, levers: Levers) -> Town:
        """Return a town with the same replications and other inputs, none simulated yet."""
        return Town(levers, self._engine, self.aim, self.n, self._seed)

    def simulate(
        self, sets: Collection[Chosen], n: int | None = None, elsewhere: tuple[int, int] = (0, 0)
    ) -> None:
        """Simulate what lacks replications, as many sets at a time as a process keeps models of.

        Parameters
        ----------
        n
            Replications; None: the few with which everything begins.
        elsewhere
            Replications of a longer work that are done, and that come later, for its progress.
        """
        n = min(FIRST, self.n) if n is None else n
        new = [s for s in dict.fromkeys((NOTHING, *sets)) if self.known(s) < n]
        progress = self._engine.progress
        for first in range(0, len(new), BUILT):
            some = new[first : first + BUILT]
            done, later = elsewhere[0] + n * first, n * max(0, len(new) - first - BUILT)
            self._engine.progress = shifted(progress, done, later + elsewhere[1])
            found = replicate(
                [self._study(s) for s in some], Each([fixed_number(n)] * len(some)),
                self._engine,
            )  # fmt: skip
            self.names = pd.DataFrame(
                [line[:3] for line in lines_of(found.names[0])], columns=self.names.columns
            )
            for chosen, results in zip(some, found.results, strict=True):
                self.values[chosen] = np.stack([r.values for r in results], axis=1)
        self._engine.progress = progress
        before = self.aimed(NOTHING)
        for chosen in new:
            self.gains[chosen] = self.scale * (self.aimed(chosen) - before[: self.known(chosen)])

    def known(self, chosen: Chosen) -> int:
        """Replications of a set so far."""
        return self.values[chosen].shape[1] if chosen in self.values else 0

    def _study(self, chosen: Chosen) -> Study[ReplicationValues]:
        inputs, base = self.levers.inputs(chosen), self.levers.base
        moves = input_differences(inputs, base).choice
        return Study(inputs, measured_gains(base if moves else None), self._seed)

    @property
    def scale(self) -> float:
        """Factor from the counting window to a year; 1 for shares."""
        return self.yearly if self.aim == "person_hours" else 1.0

    def gain(self, chosen: Chosen) -> Interval:
        """Gain over doing nothing."""
        return t_interval(self.gains[chosen], self.confidence)

    def lines(self, metric: str, *groups: str) -> I64:
        """Lines of a metric in some groups."""
        at = (self.names["metric"] == metric) & self.names["group"].isin(groups)
        return np.flatnonzero(at.to_numpy())

    def aimed(self, chosen: Chosen, aim: str = "") -> F64:
        """(n,) values of an aim or metric; of the segment that is worst off in this very set."""
        aim = aim or self.aim
        top, bottom = self.values[chosen]
        if aim == "worst_group":
            lines = self.lines("met_share", "segment")
            worst = worst_group(linearised(top[:, lines], bottom[:, lines]))
            if worst is None:
                return np.zeros(top.shape[0])
            lines = lines[[worst]]
        else:
            lines = self.lines(PERSON_HOURS if aim == "person_hours" else aim, "all")
        return np.asarray(linearised(top[:, lines], bottom[:, lines])[:, 0])

    def groups(self, chosen: Chosen) -> pd.DataFrame:
        """Change of wishes met by group; intervals hold jointly over all groups."""
        lines = self.lines("met_share", *WHO)
        mine, base = (
            (of[0][:, lines], of[1][:, lines])
            for of in (self.values[chosen], self.values[NOTHING][:, : self.known(chosen)])
        )
        found = contrast(
            mine, base, self.confidence, paired=True, family=max(1, len(lines)),
            shares=np.ones(len(lines), dtype=np.bool_),
        )  # fmt: skip
        return self.names.iloc[lines][["group", "level"]].assign(
            change=found.difference, low=found.adjusted_low, high=found.adjusted_high
        )


def advice_table(town: Town) -> pd.DataFrame:
    """A row a choice, simulated alone, and one for doing nothing; the best bargain first."""
    rows = [_nothing(town), *(_row(town, i) for i in range(len(town.levers.choices)))]
    table = pd.DataFrame(rows)
    table["dominated_by"] = _dominated(table)
    kind = table["verdict"].map({GAIN: 0, SAVES: 1, SAVES_AT_A_LOSS: 2, "": 3, LOSS: 4, NONE: 5})
    bargain = np.where(table["cost"] <= 0, -1.0, table["cost"] / table["gain"].where(kind == 0))
    order = np.lexsort((-table["gain"], np.nan_to_num(bargain, nan=0.0), kind))
    table = table.iloc[order].reset_index(drop=True)
    table.insert(0, "rank", _ranks(table["verdict"] == GAIN, table.index + 1))
    return table.join(drawn_ranks(town, table))


def _nothing(town: Town) -> dict[str, Any]:
    zero = ("cost_low", "cost", "cost_high", "met_person_hours", "ci_low", "ci_high")
    return {
        "lever": "do nothing", "size": "", **dict.fromkeys(zero, 0.0),
        "yuan_per_hour": math.nan, "ratio_low": "", "ratio_high": "",
        "served_share_change": 0.0, "worst_group_change": 0.0, "losers": "",
        "until_it_works": 0.0, "reversible": "yes", "n": town.n,
        "gain": 0.0, "gain_low": 0.0, "gain_high": 0.0, "unit": UNITS[town.aim], "verdict": "",
    }  # fmt: skip


def _row(town: Town, number: int) -> dict[str, Any]:
    choice, alone = town.levers.choices[number], frozenset([number])
    hours, served, worst = (
        town.aimed(alone, aim) - town.aimed(NOTHING, aim)[: town.known(alone)]
        for aim in ("person_hours", "served_share", "worst_group")
    )
    use = t_interval(town.yearly * hours, town.confidence)
    gain = town.gain(alone)
    ratio = ratio_of(choice.cost.base, use)
    return {
        "lever": choice.lever, "size": choice.size,
        "cost_low": choice.cost.low, "cost": choice.cost.base, "cost_high": choice.cost.high,
        "met_person_hours": use.mean, "ci_low": use.low, "ci_high": use.high,
        "yuan_per_hour": ratio[0], "ratio_low": ratio[1], "ratio_high": ratio[2],
        "served_share_change": _mean(served),
        "worst_group_change": _mean(worst),
        "losers": "; ".join(losers_of(town, alone)),
        "until_it_works": choice.months, "reversible": "yes" if choice.reversible else "no",
        "n": gain.n, "gain": gain.mean, "gain_low": gain.low, "gain_high": gain.high,
        "unit": UNITS[town.aim], "verdict": _verdict(choice.cost.base, gain),
    }  # fmt: skip


def _mean(values: F64) -> float:
    """Mean of the replications that have a value; NaN where none has."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


def _verdict(cost: float, gain: Interval) -> str:
    """What is clear beyond chance."""
    if gain.low > 0:
        return GAIN
    lost = gain.high < 0
    if cost < 0:
        return SAVES_AT_A_LOSS if lost else SAVES
    return LOSS if lost else NONE


def ratio_of(cost: float, gain: Interval) -> tuple[float, float | str, float | str]:
    """Yuan a unit of gain with Fieller's interval; empty where nothing is spent or gained.

    Cost is a number, so Fieller's limits are the cost over those of the gain: where a gain of 0 is
    not ruled out there is no upper one.
    """
    if cost < 0 or not gain.mean > 0:
        return math.nan, "", ""
    if math.isnan(gain.low):
        return cost / gain.mean, "", ""
    high = UNBOUNDED if gain.low <= 0 else f"{cost / gain.low:.10g}"
    return cost / gain.mean, f"{cost / gain.high:.10g}", high


def losers_of(town: Town, chosen: Chosen) -> Iterator[str]:
    """Groups of which fewer wishes are met."""
    groups = town.groups(chosen)
    for row in groups[groups["high"] < 0].to_dict("records"):
        mean, low, high = (100 * row[of] for of in ("change", "low", "high"))
        yield f"{row['group']} {row['level']} {mean:+.1f} points ({low:+.1f} to {high:+.1f})"


def row_name(row: Mapping[Any, Any]) -> str:
    """Name of the choice in a row."""
    return f"{row['lever']}: {row['size']}" if row["size"] else str(row["lever"])


def _dominated(table: pd.DataFrame) -> list[str]:
    """Of each row with a gain, one that costs no more and gains no less, the best such."""
    names = [row_name(row) for row in table.to_dict("records")]
    cost, gain = table["cost"].to_numpy(), table["gain"].to_numpy()
    found = []
    for c, g, verdict in zip(cost, gain, table["verdict"], strict=True):
        better = (cost <= c) & (gain >= g) & ((cost < c) | (gain > g)) & (verdict == GAIN)
        best = max(np.flatnonzero(better), key=lambda i: (gain[i], -cost[i]), default=None)
        found.append("" if best is None else names[best])
    return found


def _ranks(ranked: pd.Series, places: pd.Index) -> pd.Series:
    return pd.Series(places, index=ranked.index).where(ranked).astype("Int64")


def bargain_places(cost: F64, gain: F64) -> I64:
    """Place of each choice in each draw (rows) by yuan a unit of gain, from 1.

    Of equal ratios, as of savers, the larger gain is the better.
    """
    ratio = np.where(gain > 0, np.maximum(cost, 0.0) / np.where(gain > 0, gain, 1.0), np.inf)
    return np.asarray(1 + np.argsort(np.lexsort((-gain, ratio), axis=1), axis=1))


def drawn_ranks(town: Town, table: pd.DataFrame) -> pd.DataFrame:
    """Places in draws of chance and of costs: 95 % of them, and the share among the first three.

    Gains are drawn together, as their replications vary together (multivariate t about the
    means); costs each from a triangle over its range.
    """
    some = np.flatnonzero(table["verdict"] == GAIN)
    names = {(c.lever, c.size): i for i, c in enumerate(town.levers.choices)}
    keys = zip(table["lever"].iloc[some], table["size"].iloc[some], strict=True)
    known = [town.gains[frozenset([names[key]])] for key in keys]
    n = min(map(len, known), default=2)
    gains = np.array([gain[:n] for gain in known]).reshape(len(some), n).T
    rng = np.random.default_rng(1)
    luck = rng.standard_normal((DRAWS, n)) @ (gains - gains.mean(axis=0))
    luck /= np.sqrt(n * (n - 1) * rng.chisquare(n - 1, (DRAWS, 1)) / (n - 1))
    gain = gains.mean(axis=0) + luck
    low, base, high = (table[c].to_numpy()[some] for c in ("cost_low", "cost", "cost_high"))
    wide = np.where(high > low, high - low, 1.0)
    cost = low + (high - low) * rng.triangular(
        0.0, np.clip((base - low) / wide, 0.0, 1.0), 1.0, (DRAWS, len(some))
    )
    place = bargain_places(cost, gain)
    found = pd.DataFrame(index=table.index)
    for name, share in (("rank_low", 0.025), ("rank_high", 0.975)):
        found[name] = pd.Series(
            np.quantile(place, share, axis=0, method="nearest"), index=table.index[some]
        ).astype("Int64")
    found["first_share"], found["first_three_share"] = (
        pd.Series((place <= most).mean(axis=0), index=table.index[some]) for most in (1, 3)
    )
    return found

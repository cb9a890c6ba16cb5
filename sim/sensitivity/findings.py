"""What draws of assumptions tell: both intervals, verdicts, drivers, what to find out first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.messages import say
from sim.sensitivity.plans import GAIN, LEAD, plan_ranks, plan_values
from sim.sensitivity.study import Sensitivity
from sim.stats.given_data import (
    FEW,
    Flip,
    Indices,
    Worth,
    find_flip,
    indices,
    quantile_interval,
    worth_of_knowing,
)
from sim.stats.intervals import share_intervals
from sim.stats.paired import paired_differences

LEVEL = 0.9
"""Share of draws that an assumption interval holds."""
CHOSEN = ("compare", "site")
"""Questions after which one of several is chosen."""
ROBUST, LEANING = 0.95, 0.5
"""Shares of draws in which an answer is as in the scenario itself, for its verdict."""
COLUMNS = (
    "metric", "group", "level", "scenario", "mean", "ci_low", "ci_high",
    "assumption_low", "assumption_high", "draws", "unit",
)  # fmt: skip
DIFFERENCES = (
    "metric", "group", "level", "scenario", "baseline", "difference", "ci_low", "ci_high",
    "assumption_low", "assumption_high", "same_sign", "verdict", "draws", "unit",
)  # fmt: skip
DRIVERS = (
    "question", "input", "index", "low", "high", "floor", "rank", "flips_at", "share_flipped",
    "share_flipped_elsewhere", "worth", "worth_low", "worth_high", "unit",
)  # fmt: skip


class Target(NamedTuple):
    """A figure whose drivers are sought.

    Attributes
    ----------
    scenario, baseline
        Indices; a share of one scenario has no baseline.
    """

    metric: str
    scenario: int
    baseline: int | None


@dataclass(frozen=True, eq=False)
class FigureDrivers:
    """What one figure depends on.

    Attributes
    ----------
    name
        Of the question.
    base
        The figure in the scenario itself.
    values
        (draws that could be fitted,) the figure.
    found
        Indices of all inputs.
    flip
        Where a difference turns, if a rule was found.
    same
        Share of draws whose sign is that of the scenario itself; NaN for a share.
    noise
        Share of the spread that is luck within draws.
    """

    target: Target
    name: str
    base: float
    values: F64
    found: Indices
    flip: Flip | None
    same: float
    noise: float

    @property
    def ranked(self) -> list[int]:
        """Inputs above the noise floor, the strongest first; none of few draws."""
        if len(self.values) < FEW:
            return []
        index = np.nan_to_num(self.found.index)
        return [int(j) for j in np.argsort(-index, kind="stable") if index[j] > self.found.floor]


@dataclass(frozen=True, eq=False)
class Findings:
    """Tables and words from the draws of a question."""

    asked: Sensitivity
    metric: str

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """The rows of `sensitivity.csv`: each figure's two intervals, never merged."""
        s, parts = self.asked, []
        names = pd.DataFrame(list(s.lines), columns=["metric", "group", "level"])
        for i, label in enumerate(s.labels):
            plain = s.plain or share_intervals(s.base_top[i], s.base_bottom[i], self.confidence)
            low, high, n = quantile_interval(s.ratios[:, i], LEVEL)
            parts.append(
                names.assign(
                    scenario=label,
                    mean=plain.mean,
                    ci_low=plain.low,
                    ci_high=plain.high,
                    assumption_low=low,
                    assumption_high=high,
                    draws=n,
                    unit=s.unit,
                )
            )
        return pd.concat(parts, ignore_index=True)[list(COLUMNS)]

    @property
    def confidence(self) -> float:
        """Of simulation intervals."""
        return self.asked.scenarios[0].scenario.experiment.interval_confidence

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The rows of `differences.csv`: scenarios less the baseline, paired inside each draw."""
        s = self.asked
        if s.of != "compare":
            return pd.DataFrame(columns=list(DIFFERENCES))
        values, parts = s.base(), []
        names = pd.DataFrame(list(s.lines), columns=["metric", "group", "level"])
        for i in range(1, len(s.labels)):
            plain = paired_differences(values[i], values[0], self.confidence)
            drawn = s.ratios[:, i] - s.ratios[:, 0]
            low, high, n = quantile_interval(drawn, LEVEL)
            same = np.where(
                n > 0,
                (np.sign(drawn) == np.sign(plain.difference)).sum(axis=0) / np.maximum(n, 1),
                np.nan,
            )
            clear = (plain.low > 0) | (plain.high < 0)
            parts.append(
                names.assign(
                    scenario=s.labels[i],
                    baseline=s.labels[0],
                    difference=plain.difference,
                    ci_low=plain.low,
                    ci_high=plain.high,
                    assumption_low=low,
                    assumption_high=high,
                    same_sign=same,
                    verdict=[
                        verdict(float(x), bool(c), int(k))
                        for x, c, k in zip(same, clear, n, strict=True)
                    ],
                    draws=n,
                    unit="share",
                )
            )
        return pd.concat(parts, ignore_index=True)[list(DIFFERENCES)]

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """The rows of `ranks.csv`, of plans of rooms."""
        return plan_ranks(self.asked, LEVEL)

    @cached_property
    def figure_drivers(self) -> tuple[FigureDrivers, ...]:
        """What the leading figures depend on."""
        s = self.asked
        if s.of == "compare":
            targets = [Target(self.metric, i, 0) for i in range(1, len(s.labels))]
        else:
            targets = [Target(metric, 0, None) for metric in self.leading]
        return tuple(self._driven(target) for target in targets)

    @property
    def leading(self) -> tuple[str, ...]:
        """Figures of all whose drivers are sought where scenarios are not compared."""
        if self.asked.of == "headroom":
            return tuple(dict.fromkeys(metric for metric, _, _ in self.asked.lines))
        return (GAIN, LEAD) if self.asked.of == "site" else ("served_share", "met_share")

    def _driven(self, target: Target) -> FigureDrivers:
        s, line = self.asked, self.asked.line(target.metric)
        values, noise = s.ratios[:, target.scenario, line], s.noise[:, target.scenario, line]
        top, bottom = s.base_top[:, :, line].sum(axis=1), s.base_bottom[:, :, line].sum(axis=1)
        base = float(top[target.scenario] / bottom[target.scenario])
        name = target.metric
        if target.baseline is not None:
            values = values - s.ratios[:, target.baseline, line]
            base -= float(top[target.baseline] / bottom[target.baseline])
            name = f"{target.metric}: {s.labels[target.scenario]} - {s.labels[target.baseline]}"
        held = s.reached & np.isfinite(values)
        x, values, noise = s.x[held], values[held], noise[held]
        flip, same = None, float("nan")
        if (target.baseline is not None or target.metric == LEAD) and len(values):
            turned = np.sign(values) != np.sign(base)
            same = float(1 - turned.mean())
            seen = target.metric == LEAD or self._verdict(target) != "no difference seen"
            flip = find_flip(x, turned) if len(values) >= FEW and seen else None
        spread = float(values.var()) if len(values) else 0.0
        luck = float(noise.mean()) / spread if spread > 0 else 0.0
        return FigureDrivers(
            target, name, base, values, indices(x, values), flip, same, min(1.0, luck)
        )

    def _verdict(self, target: Target) -> str:
        """Verdict on a difference of all."""
        table = self.differences
        at = (table["metric"] == target.metric) & (table["group"] == "all")
        return str(
            table[at & (table["scenario"] == self.asked.labels[target.scenario])].iloc[0].verdict
        )

    @cached_property
    def worth(self) -> Worth | None:
        """Of knowing each input before one of the scenarios is chosen; None: nothing is chosen."""
        s = self.asked
        if s.of not in CHOSEN or s.reached.sum() < FEW:
            return None
        drawn = s.ratios[s.reached]
        values = plan_values(s) if s.of == "site" else drawn[:, :, s.line(self.metric)]
        return worth_of_knowing(s.x[s.reached], values)

    def _worth_in(self, driven: FigureDrivers) -> F64:
        """(3, inputs) worth of knowing each input with its interval.

        Where nothing is chosen it is by how much the range of the figure would narrow.
        """
        if self.worth is not None:
            return np.stack([self.worth.value, self.worth.low, self.worth.high])
        found = driven.found
        shares = np.clip(np.stack([found.index, found.low, found.high]), 0, 1)
        if driven.target.baseline is not None:
            return np.full_like(shares, np.nan)
        low, high, _ = quantile_interval(driven.values[:, None], LEVEL)
        return np.asarray((high - low) * (1 - np.sqrt(1 - shares)))

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """The rows of `drivers.csv`."""
        table = pd.DataFrame(list(self._drivers()), columns=list(DRIVERS))
        return table.sort_values(
            ["question", "index"], ascending=[True, False], kind="stable", ignore_index=True
        )

    def _drivers(self) -> Iterator[tuple[object, ...]]:
        for driven in self.figure_drivers:
            ranks = {j: place + 1 for place, j in enumerate(driven.ranked)}
            worth = self._worth_in(driven)
            for j, dimension in enumerate(self.asked.dimensions):
                at, inside, outside = "", np.nan, np.nan
                if driven.flip is not None and driven.flip.input == j:
                    at = self.rule(driven.flip)
                    inside, outside = driven.flip.inside, driven.flip.outside
                yield (
                    driven.name, dimension.name, driven.found.index[j], driven.found.low[j],
                    driven.found.high[j], driven.found.floor, ranks.get(j, ""), at, inside,
                    outside, *worth[:, j].tolist(), self.asked.unit,
                )  # fmt: skip

    def rule(self, flip: Flip) -> str:
        """A rule of one or two thresholds in words."""
        parts = [(flip.input, flip.value, flip.above), *([flip.second] if flip.second else [])]
        said = [self._condition(*part) for part in parts]
        return said[0] if len(said) == 1 else say("rule.and", one=said[0], other=said[1])

    def _condition(self, j: int, value: float, above: bool) -> str:
        d, name = self.asked.dimensions[j], self.asked.in_words(j)
        if d.files:
            names = [self.asked.labels[0], *(file.stem for file in d.files)]
            kept = [n for i, n in enumerate(names) if (i > value) == above]
            return say("rule.is", name=name, values=say("rule.or").join(kept))
        side = "above" if above else "below"
        return say(f"rule.{side}", name=name, value=self.asked.worded(j, value))


def verdict(same: float, clear: bool, draws: int) -> str:
    """What draws say of a difference.

    Parameters
    ----------
    same
        Share of draws in which its sign is that of the scenario itself.
    clear
        Whether the scenario itself shows a difference beyond chance.
    """
    if not clear:
        return "no difference seen"
    if draws < FEW:
        return "too few draws"
    if same < LEANING:
        return "not supported"
    return "robust" if same >= ROBUST else "depends"

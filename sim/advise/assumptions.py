"""What draws of the assumptions say of an advice: gains again in worlds fitted to the same totals.

The worlds are those of an earlier `linli sensitivity` of the scenario. Use without booking, on
which no fitted level depends, and the costs of the choices judged are drawn beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.advise.effects import GAIN, Town, bargain_places
from sim.advise.levers import NOTHING, Chosen, Levers
from sim.advise.programme import Advice
from sim.arrays import F64, I64
from sim.scenario.draws import Dimension, Drawn, DrawPlan, drawn_numbers, patched, points
from sim.scenario.identity import OTHER_ANSWERS
from sim.scenario.inputs import Inputs, Provenance
from sim.sensitivity.findings import LEVEL, FigureDrivers, Findings, Target, verdict
from sim.sensitivity.study import Sensitivity
from sim.stats.given_data import FEW, find_flip, indices

LEADING = 4
"""Choices judged beside the sets recommended: the likeliest to be the best bargain."""
REPLICATIONS = 1
"""Of every set in every draw: luck is small beside assumptions, and what it may be is told."""


@dataclass(frozen=True, eq=False)
class DrawnWorlds:
    """Joint draws of a scenario's assumptions, with the levels fitted in each.

    Attributes
    ----------
    dimensions
        What a draw decides.
    u
        (draws, dimensions) coordinates.
    levels
        (draws, 2) of demand and of activities; NaN where a draw could not be fitted.
    """

    dimensions: tuple[Dimension, ...]
    u: F64
    levels: F64


@dataclass(frozen=True, eq=False)
class Assumptions:
    """Choices and sets over draws of the assumptions.

    Attributes
    ----------
    table
        The rows of `assumptions.csv`.
    first
        On what it depends that the best bargain is the best.
    ahead
        Share of draws in which the set recommended gains more than the next best.
    order
        Choices whose places as bargains are told, as the first rows have them.
    """

    table: pd.DataFrame
    findings: Findings
    first: FigureDrivers
    ahead: float
    order: tuple[int, ...]

    @property
    def draws(self) -> int:
        """Draws that could be fitted."""
        return int(self.findings.asked.reached.sum())

    @property
    def verdict(self) -> str:
        """On the first place."""
        return verdict(self.first.same, True, self.draws)


def drawn_worlds(kept: Mapping[str, Any], plan: DrawPlan) -> DrawnWorlds | None:
    """The worlds of a kept sensitivity; None if it drew something else, or says none."""
    levels = kept.get("levels")
    if not levels or kept["inputs"] != [d.name for d in plan.dimensions]:
        return None
    u = points(len(plan.dimensions), kept["seed"], 0, len(levels))
    fitted = [[np.nan, np.nan] if pair is None else pair for pair in levels]
    return DrawnWorlds(plan.dimensions, u, np.array(fitted))


def over_assumptions(
    advice: Advice, town: Town, worlds: DrawnWorlds, tell: Callable[[str], None]
) -> Assumptions | None:
    """Judge what leads in every draw; None where nothing gains, or no draw could be fitted.

    Raises
    ------
    EngineProblem
        If replications cannot be computed; what is finished is in the store.
    """
    leading = _leading(advice)
    sets = [s for s in dict.fromkeys((*leading, advice.best[0], advice.second[0])) if s]
    if not leading or not np.isfinite(worlds.levels).any():
        return None
    costs = {s: _drawn_cost(advice.levers, s) for s in leading}
    drawn = [d for d in costs.values() if d is not None]
    worlds = _with_more(worlds, [*_visits(advice.levers.base), *(d.given.key for d in drawn)])
    tell(f"{len(sets)} sets in {len(worlds.u)} draws of the assumptions")
    gains = _gains(town, sets, worlds)
    findings = Findings(_sensitivity(town, sets, worlds, gains, drawn), town.aim)
    cost = np.stack([_cost_in(costs[s], advice.levers, s, worlds) for s in leading], axis=1)
    places = bargain_places(cost, gains[:, : len(leading)])[findings.asked.reached]
    recommended = [sets.index(s) if s else None for s in (advice.best[0], advice.second[0])]
    nothing = np.zeros(len(gains))
    best, second = (nothing if i is None else gains[:, i] for i in recommended)
    ahead = float((best > second)[findings.asked.reached].mean())
    table = _table(advice.levers, sets, findings, places)
    order = tuple(i for s in leading for i in s)
    return Assumptions(table, findings, _first_place(findings, places), ahead, order)


def _leading(advice: Advice) -> list[Chosen]:
    """The best bargain, then what is likeliest to be among the first three."""
    table = advice.table[advice.table["verdict"] == GAIN]
    order = [*table.index[:1], *table.index[1:][np.argsort(-table["first_three_share"][1:])]]
    at = {(c.lever, c.size): i for i, c in enumerate(advice.levers.choices)}
    rows = table.loc[order[:LEADING], ["lever", "size"]].itertuples(index=False)
    return [frozenset([at[tuple(row)]]) for row in rows]


def _drawn_cost(levers: Levers, chosen: Chosen) -> Drawn | None:
    """Its cost as a number to draw: a triangle over its range; None where it has none."""
    cost = levers.cost(chosen)
    if not cost.low < cost.high:
        return None
    given = Provenance(
        f"cost of {levers.words(chosen)}", cost.base, "assumption", cost.low, cost.high, "", "", 0,
        "triangular",
    )  # fmt: skip
    return Drawn(given, (), 0.0)


def _cost_in(drawn: Drawn | None, levers: Levers, chosen: Chosen, worlds: DrawnWorlds) -> F64:
    """(draws,) cost in each draw."""
    if drawn is None:
        return np.full(len(worlds.u), levers.cost(chosen).base)
    column = [d.name for d in worlds.dimensions].index(drawn.given.key)
    return np.array([drawn.at(u) for u in worlds.u[:, column]])


def _visits(base: Inputs) -> list[str]:
    """Numbers with a range on which the use of rooms without booking depends."""
    used = set(base.scenario.dropin.venues.values())
    keys = (key.split(".") for key in drawn_numbers(base, OTHER_ANSWERS))
    return [
        ".".join(key) for key in keys
        if used and key[0] == "dropin" and (key[1] != "kinds" or key[2] in used)
    ]  # fmt: skip


def _with_more(worlds: DrawnWorlds, names: Sequence[str]) -> DrawnWorlds:
    """The same draws with more numbers in them, independent of the others."""
    more = points(len(names), len(worlds.dimensions), 0, len(worlds.u))
    dimensions = (*worlds.dimensions, *(Dimension(name, (name,)) for name in names))
    return DrawnWorlds(dimensions, np.hstack([worlds.u, more]), worlds.levels)


def _gains(town: Town, sets: Sequence[Chosen], worlds: DrawnWorlds) -> F64:
    """(draws, sets) gains over doing nothing; NaN where a draw could not be fitted."""
    found = np.full((len(worlds.u), len(sets)), np.nan)
    fitted = np.flatnonzero(np.isfinite(worlds.levels).all(axis=1))
    known: dict[tuple[int, ...], Levers] = {}
    each = REPLICATIONS * (len(sets) + 1)
    for done, draw in enumerate(fitted):
        pairs = list(zip(worlds.dimensions, worlds.u[draw].tolist(), strict=True))
        at = {key: u for dimension, u in pairs for key in dimension.keys}
        which = tuple(d.choice(u) for d, u in pairs if d.files)
        if which not in known:
            files = [d.files[d.choice(u) - 1] for d, u in pairs if d.files and d.choice(u)]
            known[which] = town.levers.beside(files)
        levers = _in_draw(known[which], sets, at, worlds.levels[draw])
        there = town.with_levers(levers)
        there.simulate(sets, REPLICATIONS, (each * done, each * (len(fitted) - done - 1)))
        found[draw] = [there.gains[s].mean() for s in sets]
    return found


def _in_draw(
    levers: Levers, sets: Sequence[Chosen], at: Mapping[str, float], fitted: F64
) -> Levers:
    """The choices in one draw."""
    level, interest = fitted.tolist()

    def drawn(inputs: Inputs) -> Inputs:
        numbers = drawn_numbers(inputs, OTHER_ANSWERS)
        return replace(patched(inputs, at, numbers), level=level, interest=interest)

    return levers.instead(drawn(levers.base), {s: drawn(levers.inputs(s)) for s in sets})


def _sensitivity(
    town: Town, sets: Sequence[Chosen], worlds: DrawnWorlds, gains: F64, drawn: Sequence[Drawn]
) -> Sensitivity:
    """The draws as those of a comparison with doing nothing, of one figure."""
    n = min(town.known(s) for s in (NOTHING, *sets))
    base = np.stack([np.zeros(n), *(town.gains[s][:n] for s in sets)])[:, :, None]
    luck = base[:, :, 0].var(axis=1, ddof=1) / REPLICATIONS
    ratios = np.hstack([np.where(np.isfinite(gains[:, :1]), 0.0, np.nan), gains])[:, :, None]
    base_inputs = town.levers.base
    numbers = drawn_numbers(base_inputs, OTHER_ANSWERS)
    return Sensitivity(
        of="compare",
        scenarios=(base_inputs, *(town.levers.inputs(s) for s in sets)),
        dimensions=worlds.dimensions,
        u=worlds.u,
        fit=worlds.levels,
        reached=np.asarray(np.isfinite(gains).all(axis=1)),
        refitted=True,
        lines=((town.aim, "all", "all"),),
        base_top=base,
        base_bottom=np.ones_like(base),
        ratios=ratios,
        noise=np.broadcast_to(luck[None, :, None], ratios.shape),
        more={**numbers, **{d.given.key: d for d in drawn}},
    )


def _table(levers: Levers, sets: Sequence[Chosen], findings: Findings, places: I64) -> pd.DataFrame:
    """A row a set: its gain with both intervals, what moves it, its places among bargains."""
    ends = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    rows = []
    for i, (chosen, row) in enumerate(
        zip(sets, findings.differences.to_dict("records"), strict=True)
    ):
        driven, ranked = findings.figure_drivers[i], i < places.shape[1]
        low, high = np.quantile(places[:, i], ends, method="nearest") if ranked else (pd.NA, pd.NA)
        rows.append(
            {
                "levers": levers.words(chosen),
                "cost": levers.cost(chosen).base,
                "gain": row["difference"],
                "gain_low": row["ci_low"],
                "gain_high": row["ci_high"],
                **{k: row[k] for k in ("assumption_low", "assumption_high", "same_sign")},
                "verdict": row["verdict"],
                "depends_on": _driver(findings, driven),
                "rank_low": low,
                "rank_high": high,
                "first_share": (places[:, i] == 1).mean() if ranked else np.nan,
                "luck": driven.noise,
                "draws": row["draws"],
            }
        )  # fmt: skip
    return pd.DataFrame(rows).astype({"rank_low": "Int64", "rank_high": "Int64"})


def _first_place(findings: Findings, places: I64) -> FigureDrivers:
    """What turns the first place."""
    asked, turned = findings.asked, places[:, 0] != 1
    x, values = asked.x[asked.reached], turned.astype(np.float64)
    flip = find_flip(x, turned) if len(x) >= FEW else None
    same = float(1 - turned.mean())
    name = f"first: {asked.labels[1]}"
    return FigureDrivers(
        Target(findings.metric, 1, 0), name, 1.0, values, indices(x, values), flip, same, 0.0
    )


def _driver(findings: Findings, driven: FigureDrivers) -> str:
    """The input that a gain depends on most; empty if none is seen."""
    names = [d.name for d in findings.asked.dimensions]
    if driven.flip is not None:
        return names[driven.flip.input]
    return names[driven.ranked[0]] if driven.ranked else ""

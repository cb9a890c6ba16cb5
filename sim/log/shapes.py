"""Shapes of a scenario's demand, read off a log or moved towards what it says of asking.

Weights of kinds and tiers, curves over the week, months and lead times are moved by the ratio of
what log and replications say. Lengths, parties, cancellations and no-shows are read off.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from sim.arrays import F64, Bools
from sim.log.features import Frame
from sim.log.rates import LEAD_EDGES, AskingRates
from sim.log.records import NO_SHOW, BookingLog
from sim.scenario.schema.demand import Curve, Kind
from sim.scenario.schema.distributions import Choice, Distribution, Histogram
from sim.scenario.schema.scenario import Scenario
from sim.world.calendar import day_shapes, spread
from sim.world.places import TIERS

Tier = Literal["subdistrict", "community", "compound"]
MOST = 4.0
"""Most that a weight moves by in one round."""
FEWEST = 50
"""Bookings of a kind from which its lengths and parties are taken from the log."""
FEWEST_USES = 5
"""Bookings of a length or a party from which it counts."""


def with_fates(scenario: Scenario, log: BookingLog, frame: Frame) -> Scenario:
    """Lengths, parties, cancellations and no-shows as the log has them."""
    kind = frame.kind[log.venue]
    kinds = dict(scenario.kinds)
    for k, name in enumerate(frame.kinds):
        mine = kind == k
        update: dict[str, object] = {}
        if mine.sum() >= FEWEST:
            update["duration_minutes"] = _choice(log.minutes[mine])
            party = log.party[mine & ~np.isnan(log.party)]
            if len(party) >= FEWEST:
                update["party"] = _choice(party)
        kinds[name] = kinds[name].model_copy(update=update)
    demand = scenario.demand
    cancelled, missed = log.is_cancelled, log.is_missed
    more: dict[str, object] = {}
    if cancelled.any():
        given = {"share": round(float(cancelled.mean()), 4)}
        more["cancellation"] = demand.cancellation.model_copy(update=given)
    if missed.any():
        among = ~cancelled & ((log.status == NO_SHOW) | (log.checked_in >= 0))
        base, slope = _no_shows(log.lead_days[among], missed[among])
        more["no_show"] = demand.no_show.model_copy(update={"base": base, "per_lead_day": slope})
    return scenario.model_copy(update={"kinds": kinds, "demand": demand.model_copy(update=more)})


def with_uses(
    scenario: Scenario, log: BookingLog, made: list[BookingLog], frame: Frame
) -> Scenario:
    """Lengths and parties moved by the ratio of their shares in log and replications.

    Long uses and large parties are refused more often, so a log has too few of them.
    """
    kind, kinds = frame.kind[log.venue], dict(scenario.kinds)
    made_kind = np.concatenate([frame.kind[one.venue] for one in made])
    for k, name in enumerate(frame.kinds):
        update = {
            key: _weighed(
                getattr(kinds[name], key),
                getattr(log, of)[kind == k],
                np.concatenate([getattr(one, of) for one in made])[made_kind == k],
            )
            for key, of in (("duration_minutes", "minutes"), ("party", "party"))
        }
        kinds[name] = kinds[name].model_copy(update=update)
    return scenario.model_copy(update={"kinds": kinds})


def _weighed(rule: Distribution, logged: F64, made: F64) -> Distribution:
    """A choice with other weights, where the log has enough of it to say its values."""
    if not isinstance(rule, Choice) or len(logged) < FEWEST:
        return rule
    values = np.array(rule.values)
    some, its = (
        np.bincount(np.abs(x[:, None] - values).argmin(axis=1), minlength=len(values))
        for x in (logged, made)
    )
    ratio = np.where(
        (some >= FEWEST_USES) & (its >= FEWEST_USES), _ratio(some / 1.0, its / 1.0), 1.0
    )
    weights = np.array(rule.weights) * ratio
    return rule.model_copy(update={"weights": (weights / weights.sum()).round(5).tolist()})


def _choice(values: F64) -> Choice:
    """The values that occur, with their shares; rare neighbours count as one of them."""
    found, number = np.unique(values, return_counts=True)
    before = np.cumsum(number) - number
    group = np.unique(before // FEWEST_USES, return_inverse=True)[1]
    each = np.bincount(group, number)
    mean = np.bincount(group, number * found) / each
    gap = np.abs(found - mean[group])
    nearest = [float(found[group == g][gap[group == g].argmin()]) for g in range(len(each))]
    return Choice(rule="choice", values=nearest, weights=(each / each.sum()).round(4).tolist())


def _no_shows(lead: F64, missed: Bools) -> tuple[float, float]:
    """Base and slope over days of lead, by least squares; no slope where leads are not known."""
    known = ~np.isnan(lead)
    if known.sum() < FEWEST:
        return round(float(missed.mean()), 4), 0.0
    slope, base = np.polyfit(lead[known], missed[known].astype(np.float64), 1)
    if slope <= 0 or base < 0:
        return round(float(missed.mean()), 4), 0.0
    return round(float(base), 4), round(float(slope), 5)


def moved(
    scenario: Scenario,
    logged: AskingRates,
    target: F64,
    made: AskingRates,
    days: F64,
    frame: Frame,
) -> Scenario:
    """Move every shape by the ratio of what log and replications say of it."""
    by_kind = _ratio(
        (target.sum(axis=2) * days).sum(axis=1), (made.rate.sum(axis=2) * days).sum(axis=1)
    )
    demand = scenario.demand
    wishes = {
        segment: {k: rate * by_kind[frame.kinds.index(k)] for k, rate in row.items()}
        for segment, row in demand.wishes_per_1000.items()
    }
    week = _ratio(target.sum(axis=0), made.rate.sum(axis=0))
    hours = _ratio(target.sum(axis=(0, 1)), made.rate.sum(axis=(0, 1)))
    season = _ratio(logged.month, made.month)
    curves = {name: _curve(curve, week) for name, curve in demand.curves.items()}
    update = {"wishes_per_1000": wishes, "curves": curves}
    if logged.lead.sum() > 0:
        update["lead_days"] = _leads(scenario, logged.lead, made.lead)
    kinds = {}
    for k, name in enumerate(frame.kinds):
        mine, its = target[k].sum(axis=0), made.rate[k].sum(axis=0)
        tilt = _ratio(mine, its) / hours
        tilt[(mine <= 0) & (its <= 0)] = 1.0  # hours in which its rooms are shut tell nothing
        kinds[name] = _kind(scenario.kinds[name], tilt, season)
    tiers = dict(scenario.choice.tiers)
    step = np.log(_ratio(logged.tier, made.tier))
    step -= float(logged.tier @ step)  # on average as attractive as before: asking is not fitted
    for name in get_args(Tier):
        if logged.tier[TIERS.index(name)] > 0:
            tiers[name] = round(tiers.get(name, 0.0) + 0.7 * float(step[TIERS.index(name)]), 4)
    choice = scenario.choice.model_copy(update={"tiers": tiers})
    return scenario.model_copy(
        update={"demand": demand.model_copy(update=update), "kinds": kinds, "choice": choice}
    )


def _ratio(logged: F64, made: F64) -> F64:
    """Logged over simulated, apart from their totals; 1 where neither has any."""
    logged, made = np.nan_to_num(logged), np.nan_to_num(made)
    scale = made.sum() / max(logged.sum(), 1e-12)
    ratio = np.divide(logged * scale, made, out=np.full(made.shape, MOST), where=made > 0)
    return np.clip(np.where((logged <= 0) & (made <= 0), 1.0, ratio), 1 / MOST, MOST)


def _bands(weights: F64) -> dict[str, float]:
    return {f"{h}-{h + 1}": round(float(w), 6) for h, w in enumerate(weights)}


def _curve(curve: Curve, week: F64) -> Curve:
    """A segment's curve with its hours moved; hours without any wish get some where the log has."""
    plain = day_shapes(curve)
    least = 0.02 * plain.max() * (week >= MOST)
    fitted = np.maximum(plain, least) * week
    per_day = fitted.sum(axis=1)
    return Curve(
        weekday=_bands(fitted[0] / max(per_day[0], 1e-12)),
        weekend=_bands(fitted[1] / max(per_day[1], 1e-12)),
        weekend_day=round(float(per_day[1] / max(per_day[0], 1e-12)), 4),
    )


def _kind(kind: Kind, tilt: F64, season: F64) -> Kind:
    """A kind with its hours and months moved."""
    hours = spread(kind.hours, missing=1.0, per_hour=True) * tilt
    months = {m + 1: kind.season.get(m + 1, 1.0) * float(r) for m, r in enumerate(season)}
    return kind.model_copy(
        update={
            "hours": _bands(hours / hours.mean()),
            "season": {m: round(min(f, 100.0), 4) for m, f in months.items()},
        }
    )


def _leads(scenario: Scenario, logged: F64, made: F64) -> Histogram:
    """Lead times in bands: the log's shares at first, moved by the ratio from then on."""
    last = int(np.flatnonzero(logged > 0)[-1]) + 1
    edges = list(LEAD_EDGES[: last + 1])
    weights = logged[:last].copy()
    now = scenario.demand.lead_days
    if isinstance(now, Histogram) and now.edges == edges:
        weights = np.array(now.weights) * _ratio(logged[:last], made[:last])
    return Histogram(rule="histogram", edges=edges, weights=(weights / weights.sum()).tolist())

"""`logs`: demand recovered from logs: known towns, real records cut artificially, forecasts.

Real records lie in `../shared/data/booking`, are not part of the repository, and are left out where
they are absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm  # type: ignore[import-untyped]

from benchmarks.figures import Figure, medians, to_json
from benchmarks.log_towns import PEAK_SERVED, fitted_town
from sim.arrays import F64, I64
from sim.log.recovery import Sales, fit_rates, log_interval, pool, rates_of

__all__ = ["run"]

NAME = "logs"
TOWNS, DRAWS, UNITS = 60, 500, 30
_ABOVE = (p / "shared" / "data" / "booking" for p in Path(__file__).resolve().parents[2:])
DATA = next((folder for folder in _ABOVE if folder.is_dir()), Path("shared/data/booking"))
LEVELS = ((0.25, 0.75), (0.025, 0.975))


def run(quick: bool) -> list[dict[str, Any]]:
    """Fit towns whose demand is known, then real records."""
    figures = [f for share in PEAK_SERVED for f in _towns(share, 4 if quick else TOWNS)]
    if DATA.is_dir():
        figures += _cut_desks(20 if quick else 144)
        for name, counts in _records():
            figures += _forecasts(name, counts[: 3 if quick else UNITS])
    return to_json(figures)


def _towns(share: float, number: int) -> list[Figure]:
    """Estimate over truth, of the fit and of bookings alone, and how often intervals hold it."""
    with ProcessPoolExecutor(2) as workers:
        found = list(
            workers.map(fitted_town, [PEAK_SERVED[share]] * number, range(1000, 1000 + number))
        )
    rows = pd.concat([parts for parts, _ in found])
    served = float(np.mean([s for _, s in found]))
    evening = (rows["part"] == "hour") & rows["name"].str[-2:].isin(["17", "18", "19"])
    rows["part"] = rows["part"].mask(evening, "evening hour")
    rows["held"] = (rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])
    figures = []
    for part, mine in rows.groupby("part"):
        words = f"{part}, {served:.0%} of evening requests served"
        ratio, plain = (float((mine[c] / mine["truth"]).mean()) for c in ("value", "plain"))
        note = f"{number} towns; bookings alone {plain:.3f}"
        figures += [
            Figure(NAME, f"estimate / truth, {words}", ratio, "ratio", note=note),
            Figure(NAME, f"95 % intervals that hold it, {words}", float(mine["held"].mean()),
                   "share", "at least", 0.9),
        ]  # fmt: skip
    return figures


def _cut_desks(number: int) -> list[Figure]:
    """Cut acts of booking of real desks so that most days are full, and recover them."""
    frame = pd.read_csv(DATA / "german_offices_acts_2024w10-21.csv.gz")
    frame["acts"] = frame["acts"].clip(upper=10)
    time = pd.to_datetime(frame["time"])
    day, hour = (time.dt.normalize() - time.dt.normalize().min()).dt.days, time.dt.hour * 4
    quarter = hour + time.dt.minute // 15
    keep = time.dt.day_of_week < 5
    table = frame.assign(day=day, quarter=quarter)[keep].pivot_table(
        index=["desk", "day"], columns="quarter", values="acts", aggfunc="sum", fill_value=0
    )
    done = np.cumsum(table.sum().to_numpy()) / table.to_numpy().sum()
    clock = (done + np.append(0.0, done[:-1])) / 2.0  # a quarter of an hour fills in its middle
    ratios: dict[str, list[float]] = {"plain": [], "cautious": [], "recovered": []}
    for desk in sorted(frame["desk"].unique())[:number]:
        acts = table.loc[desk].to_numpy().astype(np.float64)
        total = acts.sum(axis=1)
        if len(acts) < 20 or np.median(total) < 3:
            continue
        cap = max(1.0, np.floor(np.quantile(total, 0.23)))
        running = acts.cumsum(axis=1)
        full = running[:, -1] >= cap
        at = np.argmax(running >= cap, axis=1)
        share = np.where(full, clock[at], 1.0)
        sales = Sales(np.minimum(total, cap)[None], np.minimum(share, 1.0)[None])
        for name, value in (("plain", sales.plain), ("cautious", sales.cautious),
                            ("recovered", rates_of(sales)[0])):  # fmt: skip
            ratios[name].append(float(value[0] / total.mean()))
    return [
        medians(NAME, f"desks cut so that most days are full, {name} / truth", values, "ratio",
                note=f"{len(values)} desks; nine in ten {np.quantile(values, 0.05):.2f} to "
                f"{np.quantile(values, 0.95):.2f}")
        for name, values in ratios.items()
    ]  # fmt: skip


def _records() -> Iterator[tuple[str, list[F64]]]:
    """Name, and for each site (days, 24) counts; the first day is a Monday."""
    desks = pd.read_csv(DATA / "german_offices_acts_2024w10-21.csv.gz")
    desks["acts"] = desks["acts"].clip(upper=10)
    yield "office acts", _counts(desks["time"], desks["desk"], desks["acts"])
    doors = pd.read_csv(DATA / "gym_door_events_2015.csv")
    doors = doors[doors["Direction"] == "In"]
    time = pd.to_datetime(doors["AlarmDateTime"])
    term = time < pd.Timestamp("2015-06-01")  # no rows from July to September, June nearly empty
    yield (
        "gym doors",
        _counts(time[term], doors["DeviceName"][term], pd.Series(1, doors.index)[term]),
    )
    rooms = pd.read_csv(DATA / "ncsu_iaa_confrooms_bookings_2024.csv")
    yield "conference rooms", _counts(rooms["start"], rooms["room"], pd.Series(1, rooms.index))
    tables = pd.read_csv(DATA / "recruit_air_reserve.csv.gz")
    yield (
        "restaurants",
        _counts(tables["reserve_datetime"], tables["ID"], pd.Series(1, tables.index)),
    )
    gyms = pd.read_csv(DATA / "swiss_gyms_hourly_2025.csv.gz")
    yield "Swiss gyms", _counts(gyms["hour"].str[:16], gyms["gym"], gyms["mean"].round())


def _counts(time: pd.Series[Any], site: pd.Series[Any], number: pd.Series[Any]) -> list[F64]:
    when = pd.to_datetime(time)
    day = when.dt.normalize()
    first = day.min() + pd.Timedelta(days=(7 - day.min().weekday()) % 7)
    offset = (day - first).dt.days.to_numpy()
    keep, n = offset >= 0, int(offset.max()) + 1
    found = []
    busiest = number.groupby(site).sum().sort_values(ascending=False)
    for name in busiest.index[:UNITS]:
        mine = keep & (site == name).to_numpy()
        counts = np.zeros((n, 24))
        np.add.at(counts, (offset[mine], when.dt.hour.to_numpy()[mine]), number.to_numpy()[mine])
        found.append(counts[: n - n % 7])
    return found


def _forecasts(name: str, sites: list[F64]) -> list[Figure]:
    """Weighted interval score over the seasonal mean's, and coverage, on the last 30 % of days.

    Days without any record count as closed: they are left out, for all three.
    """
    figures = []
    scores: dict[tuple[str, str], list[F64]] = {}
    for counts in sites:
        cut = int(0.7 * len(counts)) // 7 * 7
        open_ = counts.sum(axis=1) > 0
        if open_[:cut].sum() < 28 or open_[cut:].sum() < 7:
            continue
        train = np.where(open_[:cut, None], counts[:cut], np.nan)
        test, asked = counts[cut:], open_[cut:]
        for method, draw in (("this", _ours), ("seasonal mean", _seasonal), ("Poisson", _poisson)):
            drawn = draw(train, len(test), np.random.default_rng(1))  # (draws, days, 24)
            for what, sample, truth in (
                ("daily totals", drawn.sum(axis=2)[:, asked], test.sum(axis=1)[asked]),
                ("hours", drawn[:, asked], test[asked]),
            ):
                scores.setdefault((what, method), []).append(_score(sample, truth))
    for what in ("daily totals", "hours"):
        mean = {m: np.mean(v, axis=0) for (w, m), v in scores.items() if w == what}
        base = mean["seasonal mean"][0]
        for method, (wis, half, most) in mean.items():
            number = len(scores[what, method])
            note = f"{number} sites; 50 and 95 % intervals hold {half:.0%} and {most:.0%}"
            words = f"{name}, {what}, {method}: interval score / seasonal mean's"
            figures.append(Figure(NAME, words, float(wis / base), "ratio", note=note))
    return figures


def _score(sample: F64, truth: F64) -> F64:
    """Weighted interval score, coverage of 50 and 95 % (Bracher et al. 2021)."""
    total = 0.5 * np.abs(truth - np.median(sample, axis=0))
    held = []
    for low, high in LEVELS:
        a, b = np.quantile(sample, [low, high], axis=0)
        alpha = 1 - (high - low)
        over = np.maximum(a - truth, 0) + np.maximum(truth - b, 0)
        total = total + alpha / 2 * ((b - a) + 2 / alpha * over)
        held.append(((a <= truth) & (truth <= b)).mean())
    return np.array([(total / 2.5).mean(), *held])


def _ours(train: F64, days: int, rng: np.random.Generator) -> F64:
    """Rates by hour of the week pooled towards an hour's mean, times a gamma day effect."""
    weeks = len(train) // 7
    cells = train.reshape(weeks, 168).T
    share = np.where(np.isnan(cells), np.nan, 1.0)
    sales = Sales(cells, share)
    rate, shape = rates_of(sales)
    picks = rng.integers(0, weeks, (100, weeks))
    drawn = [Sales(cells[:, pick], share[:, pick]) for pick in picks]
    every = np.array([rates_of(some, shape)[0] for some in drawn])
    low, high = log_interval(rate, every, weeks)
    hour = np.tile(rate.reshape(7, 24).mean(axis=0), 7)  # the shape it is pooled towards
    pooled, _ = pool(rate, low, high, hour)
    factor = np.divide(pooled, rate, out=np.ones(168), where=rate > 0)
    daily = train.sum(axis=1).reshape(weeks, 7).T
    known = ~np.isnan(daily)
    _, shape = fit_rates(np.nan_to_num(daily), known.astype(np.float64), known)
    rates = every[rng.integers(0, 100, DRAWS)] * factor
    effect = rng.gamma(shape, 1 / shape, (DRAWS, days, 1))
    mean = np.resize(rates.reshape(DRAWS, 7, 24), (DRAWS, 7, 24))[:, np.arange(days) % 7]
    return rng.poisson(mean * effect).astype(np.float64)


def _seasonal(train: F64, days: int, rng: np.random.Generator) -> F64:
    """Days of the same weekday, drawn from the past."""
    past = [np.flatnonzero((np.arange(len(train)) % 7 == d) & ~np.isnan(train[:, 0]))
            for d in range(7)]  # fmt: skip
    every = np.flatnonzero(~np.isnan(train[:, 0]))
    picks = [rng.choice(past[d % 7] if len(past[d % 7]) else every, DRAWS) for d in range(days)]
    return np.asarray(train[np.stack(picks, axis=1)])


def _poisson(train: F64, days: int, rng: np.random.Generator) -> F64:
    """Poisson regression on weekday and hour."""
    weekday = np.repeat(np.arange(len(train)) % 7, 24)
    hour = np.tile(np.arange(24), len(train))
    used = np.nansum(train, axis=0) > 0
    kept = used[hour] & ~np.isnan(train.ravel())

    def design(w: I64, h: I64) -> F64:
        columns = [w == d for d in range(7) if (weekday[kept] == d).any()] + [
            h == x for x in np.flatnonzero(used)[1:]
        ]
        return np.stack(columns, axis=1).astype(np.float64)

    model = sm.GLM(train.ravel()[kept], design(weekday[kept], hour[kept]), sm.families.Poisson())
    fitted = model.fit()
    ahead = np.repeat(np.arange(7), 24)
    hours = np.tile(np.arange(24), 7)
    mean = np.where(used[hours], fitted.predict(design(ahead, hours)), 0.0).reshape(7, 24)
    return rng.poisson(mean[np.arange(days) % 7], (DRAWS, days, 24)).astype(np.float64)

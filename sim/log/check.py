"""Does the model look like the log? Observed figures against bands of simulated ones.

An aspect is judged as a whole, by the root mean square of its standardised gaps: it is right if the
log's is no larger than the largest of the replications', each held against the others. With n
replications a model that is right is called wrong once in n + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.arrays import F64
from sim.experiment.replicate import Engine, replicate
from sim.experiment.study import Each, Recipe, Study, fixed_number
from sim.log.features import (
    UNITS,
    LogReader,
    build_frame,
    build_reader,
    features_of,
    published,
    simulated_log,
)
from sim.log.records import BookingLog, with_log_window
from sim.model import History, build_model
from sim.scenario.inputs import Inputs
from sim.stats.intervals import t_quantile


@dataclass(frozen=True, slots=True)
class LogCheck:
    """A scenario held against a log.

    Attributes
    ----------
    inputs
        The scenario over the log's days.
    n
        Replications.
    rows
        `aspect`, `level`, `observed`, `simulated`, `band_low`, `band_high` (95 % of what one
        year may bring), `z`, `unit`; observed is empty where it would tell of few people.
    verdicts
        `aspect`, `right` (yes or no), `score` (1: just within), `words`; the worst first.
    """

    inputs: Inputs
    n: int
    rows: pd.DataFrame
    verdicts: pd.DataFrame


def _measure(reader: LogReader, history: History) -> F64:
    log = simulated_log(reader.model, history)
    return features_of(log, reader.frame)["value"].to_numpy(dtype=np.float64)


FEATURES: Recipe[LogReader, F64] = Recipe(build_reader, _measure, visits="none")


def check(inputs: Inputs, log: BookingLog, engine: Engine, n: int) -> LogCheck:
    """Simulate a scenario over a log's days and compare."""
    inputs = with_log_window(inputs, log)
    study = Study(inputs, FEATURES, inputs.scenario.experiment.seed)
    model = build_model(inputs)
    engine.executor.prepare(study, model)
    simulated = np.array(replicate([study], Each([fixed_number(n)]), engine).results[0])
    observed = features_of(log, build_frame(model.world))
    return compare(inputs, observed, simulated)


def compare(inputs: Inputs, observed: pd.DataFrame, simulated: F64) -> LogCheck:
    """Hold features of a log against those of replications (n, features)."""
    n, mean = len(simulated), simulated.mean(axis=0)
    aspect = observed["aspect"].to_numpy()
    sd = _steady(simulated.std(axis=0, ddof=1), aspect)
    wide = np.sqrt(1.0 + 1.0 / n)
    rows = pd.DataFrame(
        {
            "aspect": aspect,
            "level": observed["level"],
            "observed": observed["value"],
            "simulated": mean,
            "band_low": np.maximum(mean - float(t_quantile(0.95, n - 1)) * sd * wide, 0.0),
            "band_high": mean + float(t_quantile(0.95, n - 1)) * sd * wide,
            "z": (observed["value"] - mean) / (sd * wide),
            "unit": [UNITS[a] for a in aspect],
        }
    )
    shown = published(observed).notna()
    verdicts = pd.DataFrame(
        [_verdict(rows, shown, simulated, a) for a in UNITS if (aspect == a).any()]
    )
    verdicts = verdicts.sort_values("score", ascending=False, na_position="last", kind="stable")
    rows.loc[~shown, ["observed", "z"]] = np.nan
    place = {a: i for i, a in enumerate(verdicts["aspect"])}
    key = rows["aspect"].map(place)
    order = np.lexsort((-rows["z"].abs().fillna(-1.0), key))
    return LogCheck(
        inputs, n, rows.iloc[order].reset_index(drop=True), verdicts.reset_index(drop=True)
    )


def _steady(sd: F64, aspect: np.ndarray) -> F64:
    """Standard deviations, none below a tenth of the aspect's usual one.

    Rare levels are the same in all replications by chance.
    """
    usual = pd.Series(sd).groupby(aspect).transform("mean").to_numpy(dtype=np.float64)
    return np.maximum(np.maximum(sd, 0.1 * usual), 1e-9)


def _verdict(
    rows: pd.DataFrame, shown: pd.Series[bool], simulated: F64, aspect: str
) -> dict[str, object]:
    """Judge an aspect as a whole, and name the level that is farthest off."""
    at = ((rows["aspect"] == aspect) & rows["observed"].notna()).to_numpy()
    if not at.any():
        return {"aspect": aspect, "right": "", "score": np.nan, "words": "not recorded"}
    mine = rows[at]
    score = float(np.sqrt((mine["z"] ** 2).mean()))
    names = mine["aspect"].to_numpy()
    alone = []
    for i in range(len(simulated)):
        others = np.delete(simulated[:, at], i, axis=0)
        spread = others if len(others) > 1 else simulated[:, at]  # of one, none is to be had
        sd = _steady(spread.std(axis=0, ddof=1), names)
        z = (simulated[i, at] - others.mean(axis=0)) / (sd * np.sqrt(1 + 1 / len(others)))
        alone.append(np.sqrt((z**2).mean()))
    ratio = score / max(alone)
    outside = (mine["observed"] < mine["band_low"]) | (mine["observed"] > mine["band_high"])
    named = mine[shown[at]]
    worst = named.iloc[int(named["z"].abs().argmax())] if len(named) else None
    words = "as logged" if ratio <= 1 else _gap(worst, len(mine), int(outside.sum()))
    return {
        "aspect": aspect,
        "right": "yes" if ratio <= 1 else "no",
        "score": ratio,
        "words": words,
    }


def _gap(worst: pd.Series[Any] | None, levels: int, outside: int) -> str:
    """The farthest level in words; how many are outside their band where there are several."""
    if worst is None:
        return "differs, among too few people to say where"
    share = worst["unit"] == "share"
    seen, made = (
        f"{worst[key]:.1%}" if share else f"{worst[key]:,.2f}" for key in ("observed", "simulated")
    )
    level = "" if worst["level"] == "all" else f"{worst['level']}: "
    many = f"; {outside} of {levels} outside their band" if levels > 1 else ""
    return f"{level}{seen} logged, {made} simulated{many}"

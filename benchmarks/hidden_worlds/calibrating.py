"""The planner fits its own model to the bookings: rates, compounds, evenings and weekends.

Decay, the wish not to ask, the nest and use off the platform stay as believed: a history of
bookings does not tell them apart. Rates of segments are fitted by the multiplicative step of
Richardson (1972) and Lucy (1974), which is the EM step of a Poisson model whose cells add up; a
compound's factor is a gamma posterior mean, so that few bookings move it little.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.hidden_worlds.planner_view import View
from benchmarks.hidden_worlds.worlds import KINDS, Behaviour
from benchmarks.hidden_worlds.writing import scenario_of
from sim.experiment.replicate import Engine
from sim.model import build_model
from sim.siting.moves.catalogue import Catalogue
from sim.siting.moves.offers import siting_of
from sim.siting.planning.today import week_bands
from sim.siting.search.simulate import Simulator

__all__ = ["ROUNDS", "calibrated", "stepped"]

F64 = npt.NDArray[np.float64]

ROUNDS, REPLICATIONS = 6, 8
SHAPE = 4.0
"""Of the gamma of mean 1 that compounds' factors are taken to come from: a log spread of a half."""
STEP = 3.0
"""Largest factor of a round: rooms that are full hide what is wished there."""
FEW = 0.05
"""Bookings a week added to both sides of a ratio."""


def calibrated(view: View, folder: Path, engine: Engine, seed: int) -> Behaviour:
    """The belief after some rounds of simulating and comparing with the bookings."""
    town, behaviour = view.town, view.belief
    seen = view.bookings.by_band(week_bands(), len(town.compounds), len(KINDS))
    for _ in range(ROUNDS):
        told = _simulated(view, behaviour, folder, engine, seed)
        behaviour = stepped(behaviour, seen, told, view.bookings.weeks)
    return behaviour


def _simulated(view: View, behaviour: Behaviour, folder: Path, engine: Engine, seed: int) -> F64:
    """(O, S, K, B) bookings a week of the planner's model."""
    inputs = scenario_of(folder, view.town, behaviour, weeks=view.weeks)
    aim, nothing = siting_of(inputs).aim, Catalogue((), ())
    simulator = Simulator(inputs, build_model(inputs), nothing, aim, engine)
    booked = simulator.today(REPLICATIONS, seed).latent.booked
    return np.asarray(booked / (REPLICATIONS * view.weeks))


def stepped(behaviour: Behaviour, seen: F64, told: F64, weeks: int) -> Behaviour:
    """One round.

    Parameters
    ----------
    seen
        (O, K, B) bookings a week of the history.
    told
        (O, S, K, B) those that the model has under `behaviour`.
    weeks
        Length of the history.
    """
    by_segment = told.sum(axis=3)
    ratio = (seen.sum(axis=2) + FEW) / (by_segment.sum(axis=1) + FEW)
    weighted = np.einsum("osk,ok->sk", by_segment, ratio) + FEW
    up = np.clip(weighted / (by_segment.sum(axis=0) + FEW), 1 / STEP, STEP)
    rates = np.array(behaviour.rates) * up
    factors = np.array(behaviour.factors)
    bookings = seen.sum(axis=(1, 2)) * weeks
    as_census = np.einsum("osk,sk->o", by_segment, up) * weeks / factors
    factors = (SHAPE + bookings) / (SHAPE + as_census)
    return replace(
        behaviour,
        rates=_table(rates),
        factors=tuple(factors.tolist()),
        tilts=_tilts(behaviour, seen, told),
        curves=_curves(behaviour, seen, told),
    )


def _tilts(behaviour: Behaviour, seen: F64, told: F64) -> tuple[tuple[float, ...], ...]:
    """Kinds' evenings against their days, as booked."""
    evening = np.array([False, True, False, True])
    mine, model = seen.sum(axis=0), told.sum(axis=(0, 1))

    def odds(by: F64) -> F64:
        return np.asarray((by[:, evening].sum(axis=1) + FEW) / (by[:, ~evening].sum(axis=1) + FEW))

    tilts = np.array(behaviour.tilts, dtype=float)
    tilts[:, 2] *= np.clip(odds(mine) / odds(model), 1 / STEP, STEP)
    return _table(tilts)


def _curves(behaviour: Behaviour, seen: F64, told: F64) -> tuple[tuple[float, ...], ...]:
    """Weekend days against weekdays, as booked, alike for all segments."""
    mine, model = seen.sum(axis=(0, 1)), told.sum(axis=(0, 1, 2))

    def odds(by: F64) -> float:
        return float((by[2:].sum() + FEW) / (by[:2].sum() + FEW))

    curves = np.array(behaviour.curves, dtype=float)
    curves[:, 6] *= np.clip(odds(mine) / odds(model), 1 / STEP, STEP)
    return _table(curves)


def _table(values: F64) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, values.tolist()))

"""The totals that levels are fitted to, and what explains their noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Outcome
from sim.demand.expected import expected_wishes
from sim.model import History, Model
from sim.programme.process import ProgrammeRecord
from sim.scenario.schema.experiment import Calibration

__all__ = ["Targets", "Totals", "control_means", "measure_totals", "participations", "targets_of"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_NAMES = ("bookings", "participations", "redemptions")
_LEVELS = ("demand", "activities", "points")


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one replication.

    Attributes
    ----------
    totals
        (3,) bookings, participations, redemptions of the counting window.
    controls
        (3,) wishes; luck of popularity; sign-ups over their expectation.
    """

    totals: F64
    controls: F64


@dataclass(frozen=True, slots=True)
class Targets:
    """Which totals are to be met, by the levels they answer to.

    Attributes
    ----------
    which
        (k,) of the three totals.
    goals, first
        (k,) totals to be met, levels to begin with.
    others
        (3,) levels that are not fitted.
    """

    which: I64
    goals: tuple[int, ...]
    first: tuple[float, ...]
    others: F64

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the totals."""
        return tuple(_NAMES[i] for i in self.which)

    @property
    def level_names(self) -> tuple[str, ...]:
        """Parts of the scenario whose levels they are."""
        return tuple(_LEVELS[i] for i in self.which)

    def triple(self, levels: F64) -> list[float]:
        """Levels of demand, activities and points."""
        all_three = self.others.copy()
        all_three[self.which] = levels
        return [float(x) for x in all_three]


def targets_of(model: Model, spec: Calibration) -> Targets:
    """What a calibration asks for of a model; a level given by hand is not fitted."""
    goals, scenario = {0: spec.bookings}, model.world.scenario
    if spec.participations is not None and scenario.activities.level is None:
        goals[1] = spec.participations
    if spec.redemptions is not None and scenario.points.level is None:
        goals[2] = spec.redemptions
    which = np.array(sorted(goals), dtype=np.int64)
    given = 1.0, scenario.activities.level or 1.0, scenario.points.level or 1.0
    others = np.array(given)
    return Targets(
        which=which,
        goals=tuple(goals[i] for i in sorted(goals)),
        first=tuple(others[which].tolist()),
        others=others,
    )


def measure_totals(model: Model, history: History) -> Totals:
    """Totals and controls of a replication."""
    inside = model.world.calendar.counts(history.wishes.ask)
    booked = history.outcome == Outcome.BOOKED
    luck = surplus = came = 0.0
    if history.programme is not None:
        luck, surplus = _programme_luck(model, history.programme)
        came = participations(model, history)
    taken = 0 if history.points is None else history.points.redemptions(model.world)
    return Totals(
        totals=np.array([float((booked & inside[history.asked]).sum()), came, float(taken)]),
        controls=np.array([float(inside.sum()), luck, surplus]),
    )


def participations(model: Model, history: History) -> float:
    """People who came to sessions that start in the counting window, company included."""
    record, attends = history.programme, history.attends
    if record is None or attends is None:
        return 0.0
    start = np.asarray(record.sessions.start[record.session] * float(model.world.grid))
    inside = attends & model.world.calendar.counts(start)
    return float((1 + record.company[inside]).sum())


def _programme_luck(model: Model, record: ProgrammeRecord) -> tuple[float, float]:
    """What popularity adds to expected sign-ups, and sign-ups over what is expected with it.

    Both have mean 0: popularity has mean 1 and rooms know nothing of it; sign-ups are Poisson.
    """
    start = np.asarray(record.sessions.start * float(model.world.grid))
    inside = model.world.calendar.counts(start)
    plain, popular = record.expected[inside], record.sessions.popularity[inside]
    drawn = record.interested[inside].astype(np.float64)
    return float((plain * (popular - 1.0)).sum()), float((drawn - plain * popular).sum())


def control_means(model: Model, level: float) -> F64:
    """(3,) exact expectations of the controls at a demand level."""
    per_level = expected_wishes(model.plan).sum() / max(model.plan.volume, 1e-300)
    return np.array([per_level * level, 0.0, 0.0])

"""Plans of rooms in a draw: what each is worth by the aim of its scenario."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.arrays import F64
from sim.messages import known, say
from sim.model import History, Model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import SiteAim
from sim.siting.assessment.judge import TODAY
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Catalogue, Times
from sim.siting.planning.aim import worth
from sim.siting.planning.tally import prepare, site_groups, tally
from sim.siting.planning.today import years_of

GAIN, LEAD = "gain", "lead"
"""What a plan gains over today; what the recommended one gains more than the best of the others."""


class WorthMeter:
    """Measures what a replication is worth by an aim, beside the years that it lasts.

    Parameters
    ----------
    today
        Whose groups hold for every plan.
    """

    lines = ((GAIN, "all", "all"),)

    def __init__(self, model: Model, today: Model, aim: SiteAim) -> None:
        self.model = model
        self._aim, self._context, self._groups = aim, prepare(model), site_groups(today)
        self._years = years_of(model.world.calendar)

    def measure(self, history: History) -> F64:
        """(2, 1) worth and years."""
        rows = self._groups.grouped(tally(self._context, history)).rows
        return np.array([worth(self._aim, self._groups, rows[None], 1.0), [self._years]])


def plan_called(label: str) -> str:
    """Name of a plan in the language spoken."""
    kind, _, number = label.rpartition(" ")
    return say("site.plan", n=number) if kind == "plan" else known(f"rival.{label}", label)


def with_plans(
    inputs: Inputs, catalogue: Catalogue, plans: Mapping[str, Times]
) -> dict[str, Inputs]:
    """The scenario with each plan carried out, by name; as it is today first."""
    done = {name: apply_plan(inputs, catalogue, times) for name, times in plans.items()}
    return {TODAY: inputs, **done}

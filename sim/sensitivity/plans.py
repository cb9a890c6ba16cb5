"""Plans of rooms over draws: what each is worth, gains over today, how often it is the best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from sim.arrays import F64
from sim.messages import known, say
from sim.model import History, Model
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import SiteAim
from sim.siting.assessment.judge import TODAY
from sim.siting.figures import figure
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Catalogue, Times
from sim.siting.planning.aim import worth
from sim.siting.planning.tally import prepare, site_groups, tally
from sim.siting.planning.today import years_of
from sim.stats.given_data import quantile_interval

if TYPE_CHECKING:  # its answers need this module
    from sim.sensitivity.study import Sensitivity

GAIN, LEAD = "gain", "lead"
"""What a plan gains over today; what the recommended one gains more than the best of the others."""


RANKS = ("plan", "rank", "best_share", "same_rank", "assumption_low", "assumption_high", "draws")


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


def plan_gains(asked: Sensitivity, plans: Mapping[str, Inputs], recommended: str) -> Sensitivity:
    """Gains of plans, asked as a scenario each, and the lead of the recommended one.

    Parameters
    ----------
    plans
        In the order in which they were asked, today first.
    """
    from sim.sensitivity.study import SimulationInterval

    names = list(plans)
    first = names.index(recommended)
    gains = asked.base_top[:, :, 0] / asked.base_bottom[:, :, 0]
    mean = gains.mean(axis=1)
    others = [i for i in range(len(names)) if i != first]
    rival = others[int(np.argmax(mean[others]))]
    drawn = asked.ratios[:, :, 0]
    kept = list(range(1, len(names)))
    base = np.stack([gains[first], gains[first] - gains[rival], *gains[kept]], axis=-1)[None]
    lead = drawn[:, first] - drawn[:, others].max(axis=1)
    ratios = np.stack([drawn[:, first], lead, *drawn[:, kept].T], axis=-1)
    noise = asked.noise[:, :, 0]
    confidence = asked.scenarios[0].scenario.experiment.interval_confidence
    figures = [figure(values, confidence) for values in base[0].T]
    return replace(
        asked,
        lines=(
            (GAIN, "all", "all"), (LEAD, "all", "all"), *((GAIN, "plan", names[i]) for i in kept),
        ),
        base_top=base,
        base_bottom=np.ones_like(base),
        ratios=ratios[:, None],
        noise=np.stack([noise[:, first], noise[:, first], *noise[:, kept].T], axis=-1)[:, None],
        plain=SimulationInterval(
            *(np.array([[f.mean, f.low, f.high] for f in figures], dtype=np.float64).T)
        ),
        plans=plans,
        recommended=recommended,
    )  # fmt: skip


def plan_values(asked: Sensitivity) -> F64:
    """(draws that could be fitted, plans) gains over today, today among them first."""
    gains = asked.ratios[asked.reached][:, 0, 2:]
    return np.concatenate([np.zeros((len(gains), 1)), gains], axis=1)


def plan_ranks(asked: Sensitivity, level: float) -> pd.DataFrame:
    """The rows of `ranks.csv`: rank of each plan in itself and in draws; equal ones share it."""
    assert asked.plain is not None
    rank = rankdata(-np.array([0.0, *asked.plain.mean[2:]]), "min")
    drawn = rankdata(-plan_values(asked), "min", axis=1)
    low, high, n = quantile_interval(drawn, level)
    table = pd.DataFrame(
        {
            "plan": list(asked.plans),
            "rank": rank.astype(int),
            "best_share": (drawn == 1).sum(axis=0) / np.maximum(n, 1),
            "same_rank": (drawn == rank).sum(axis=0) / np.maximum(n, 1),
            "assumption_low": np.floor(low),
            "assumption_high": np.ceil(high),
            "draws": n,
        }
    )
    return table.sort_values("rank", kind="stable", ignore_index=True)[list(RANKS)]

"""From a run to what its charts are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.report.basis import basis, credit
from sim.report.data import ChartContext, RunResults
from sim.report.manifest import run_identity
from sim.scenario.inputs import Inputs
from sim.scenario.schema.dropin import Turns
from sim.scenario.world_kind import requests_words, world_words
from sim.world.places import TIERS

if TYPE_CHECKING:  # a comparison read from the store has no model
    from sim.model import Model

__all__ = ["chart_context", "places_of", "run_results", "venues_words"]

TIER_LABELS = {
    "subdistrict": "街道级 subdistrict",
    "community": "社区级 community",
    "compound": "小区级 compound",
}


def run_results(inputs: Inputs, model: Model, summary: pd.DataFrame, n: int) -> RunResults:
    """Summary, places and the words around them."""
    context = chart_context(inputs, n)
    return RunResults(context, context.arranged(summary), places_of(model))


def chart_context(inputs: Inputs, n: int) -> ChartContext:
    """Words and numbers around every chart of a run."""
    scenario, written = inputs.scenario, inputs.resolved
    analysis = scenario.analysis
    world = world_words(inputs)
    return ChartContext(
        scenario_name=scenario.name,
        title=scenario.title or scenario.name,
        first_day=scenario.window.first,
        last_day=scenario.window.last,
        n_replications=n,
        venues=venues_words([inputs]),
        run_id=run_identity(inputs),
        seed=scenario.experiment.seed,
        confidence=scenario.experiment.interval_confidence,
        place=scenario.place or scenario.title,
        off_platform_share=scenario.off_platform.share,
        peak=f"weekdays {analysis.peak_weekday}, weekends {analysis.peak_weekend}",
        planning_limit=analysis.planning_limit,
        source=f"linli simulation of {world}",
        world=world,
        requests=requests_words(inputs),
        credits=_credits(inputs),
        level_note=basis(inputs),
        changed=inputs.changed,
        tier_labels=TIER_LABELS,
        zone_labels=_labels(written["zones"]),
        kind_labels=_labels(written["kinds"]),
        segment_labels=_labels(written["segments"]),
        activity_kind_labels=_labels(written["activities"]["kinds"]),
        place_kind_labels=_labels(written["dropin"]["kinds"]),
        rule_labels=_labels(written["subsidy"]["rules"]),
        turn_kinds={k: _turns(v.turns) for k, v in scenario.dropin.kinds.items() if v.turns},
    )


def venues_words(scenarios: Sequence[Inputs]) -> str:
    """How many venues can be booked: fewest and most where scenarios differ."""
    numbers = sorted({len(inputs.tables.venues) for inputs in scenarios})
    return f"{' to '.join(f'{number:,}' for number in numbers[:: max(1, len(numbers) - 1)])} venues"


def _labels(parts: Mapping[str, Any]) -> dict[str, str]:
    """Name -> name to show, in the author's order."""
    return {name: part.get("label") or name.replace("_", " ") for name, part in parts.items()}


def _credits(inputs: Inputs) -> dict[str, str]:
    """Who says the numbers that charts compare with."""
    keys = ["calibration.participations", "activities.sessions"]
    keys += [f"zones.{zone}.saved_yuan_per_year" for zone in inputs.scenario.zones]
    return {key: said for key in keys if (said := credit(inputs, key))}


def _turns(turns: Turns) -> tuple[int, int, int]:
    """Minutes of a turn, first hour of turns, hour at which they end."""
    first, last = turns.hours.split("-")
    return turns.minutes, int(first), int(last)


def places_of(model: Model) -> pd.DataFrame:
    """Origins and centres with zone, tier, position and people."""
    world = model.world
    origins, centres = world.origins, world.centres
    home = pd.DataFrame(
        {
            "type": "origin",
            "name": origins.names,
            "zone": [world.zones[z] for z in origins.zone],
            "tier": "",
            "x_km": origins.xy[:, 0],
            "y_km": origins.xy[:, 1],
            "lon": origins.lonlat[:, 0],
            "lat": origins.lonlat[:, 1],
            "people": origins.people.sum(axis=1).astype(np.float64),
        }
    )
    there = pd.DataFrame(
        {
            "type": "centre",
            "name": centres.names,
            "zone": [world.zones[z] for z in centres.zone],
            "tier": [TIERS[t] for t in centres.tier],
            "x_km": centres.xy[:, 0],
            "y_km": centres.xy[:, 1],
            "lon": centres.lonlat[:, 0],
            "lat": centres.lonlat[:, 1],
            "people": 0.0,
        }
    )
    return pd.concat([home, there], ignore_index=True)

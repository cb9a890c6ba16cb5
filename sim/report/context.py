"""What charts are drawn from: the summary table, the places, and the words around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from sim.messages import Language, in_language, say, spoken_language, titled
from sim.report.manifest import basis, credit, run_identity, world_name
from sim.scenario.inputs import Inputs, requests_words
from sim.scenario.schema.activities import MealTurns
from sim.world.places import TIERS

if TYPE_CHECKING:
    from sim.model import Model
    from sim.report.fonts import FontChoice


ASSUMED = ("assumption_low", "assumption_high")


@dataclass(frozen=True)
class ChartContext:
    """Words and labels around every chart of a run.

    Attributes
    ----------
    scenario_name, title, place
        The scenario's name, its title, the place it is about.
    first_day, last_day
        The counting window, both days included.
    n_replications, confidence, seed, run_id
        How the figures came about; no replications where nothing was simulated.
    venues
        How many venues can be booked, as a phrase.
    off_platform_share
        Assumed share of open hours used off-platform in the peak, None if unknown.
    peak
        The peak in words.
    planning_limit
        Utilisation above which a venue counts as full.
    source
        First line of the footer.
    world, requests
        Whether places and people, and the group requests of a season, are synthetic or real, as
        phrases.
    credits
        Key of a number of the scenario -> who says it, for numbers that charts compare with.
    assumption_note
        What is said of the assumption interval.
    level_note
        How the level of demand came about, in a few words; shown in the footer.
    changed
        Values set differently from the scenario file (`demand.multiplier=20`); shown in the footer.
    font_note
        What could not be drawn for want of a font; shown in the footer.
    tier_labels, zone_labels, kind_labels, segment_labels, activity_kind_labels,
    place_kind_labels, centre_labels, rule_labels
        Names shown, in the author's order; a level without one is shown as it is, `_` as a space.
    turn_kinds
        Kind of place -> minutes of a turn, first hour of turns, hour at which they end; only
        kinds that seat in turns.
    language
        The language of the charts.
    """

    scenario_name: str
    title: str
    first_day: date
    last_day: date
    n_replications: int
    venues: str
    run_id: str
    seed: int = 1
    confidence: float = 0.95
    place: str = ""
    off_platform_share: float | None = None
    peak: str = "weekdays 18-22, weekends 9-21"
    planning_limit: float = 0.8
    source: str = "linli simulation"
    world: str = ""
    requests: str = "requests"
    credits: Mapping[str, str] = field(default_factory=dict)
    assumption_note: str = field(default_factory=lambda: say("page.chance"))
    level_note: str = ""
    changed: tuple[str, ...] = ()
    font_note: str = ""
    tier_labels: Mapping[str, str] = field(default_factory=dict)
    zone_labels: Mapping[str, str] = field(default_factory=dict)
    kind_labels: Mapping[str, str] = field(default_factory=dict)
    segment_labels: Mapping[str, str] = field(default_factory=dict)
    activity_kind_labels: Mapping[str, str] = field(default_factory=dict)
    place_kind_labels: Mapping[str, str] = field(default_factory=dict)
    centre_labels: Mapping[str, str] = field(default_factory=dict)
    rule_labels: Mapping[str, str] = field(default_factory=dict)
    turn_kinds: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    language: Language = field(default_factory=spoken_language)

    def drawable(self, font: FontChoice, levels: pd.DataFrame) -> ChartContext:
        """Give the same with names that can all be drawn with this font.

        Parameters
        ----------
        levels
            Columns group and level: what is named beside the labels.
        """
        return RunResults(self, levels).drawable(font).context

    @property
    def weeks(self) -> float:
        """Length of the counting window in weeks."""
        return ((self.last_day - self.first_day).days + 1) / 7

    @property
    def period(self) -> str:
        """The counting window in words."""
        return say("from-to", first=self.first_day.isoformat(), last=self.last_day.isoformat())

    @property
    def place_or_title(self) -> str:
        """The place, or the scenario's title where no place is given."""
        return self.named(self.place or self.title or self.scenario_name)

    def label(self, dimension: str, level: str) -> str:
        """Name to show for a level of tier, zone, kind, segment and the like."""
        labels: Mapping[str, str] = getattr(self, f"{dimension}_labels", {})
        return self.named(labels.get(level) or level.replace("_", " "))

    def named(self, label: str) -> str:
        """A name in Chinese where it has one and Chinese is asked for; else the whole of it."""
        return in_language(label, "zh") if self.language == "zh" else label

    def arranged(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows with `group` and `level`, levels of each group in the author's order.

        Levels without a label keep their order, behind those with one.
        """
        blocks = [name for name in ("scenario", "metric", "group") if name in table]
        block = table.groupby(blocks, sort=False, dropna=False).ngroup()
        keys = [
            (number, self._places(str(group), str(level)))
            for number, group, level in zip(block, table["group"], table["level"], strict=True)
        ]
        return table.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)

    def _places(self, group: str, level: str) -> tuple[int, ...]:
        """Place of every part of a level among the labels of its dimension."""
        orders = (self._order.get(part, {}) for part in group.split("*"))
        return tuple(
            order.get(name, len(order))
            for order, name in zip(orders, level.split("*"), strict=False)
        )

    @cached_property
    def _order(self) -> dict[str, dict[str, int]]:
        """Dimension -> level -> place among its labels."""
        labels = {f.name: getattr(self, f.name) for f in fields(self) if "_labels" in f.name}
        return {
            name.removesuffix("_labels"): {level: i for i, level in enumerate(of)}
            for name, of in labels.items()
        }


@dataclass(frozen=True, eq=False)
class RunResults:
    """A run as the charts see it.

    Attributes
    ----------
    context
        Words and numbers around the charts.
    summary
        The columns of summary.csv, NaN where empty; where draws of the assumptions were asked,
        those of `ASSUMED` too.
    places
        One row a place: type (`origin` or `centre`), name, zone, tier, x_km, y_km, people.
    """

    charts: ClassVar[str] = "run"

    context: ChartContext
    summary: pd.DataFrame
    places: pd.DataFrame = field(default_factory=pd.DataFrame)

    def drawable(self, font: FontChoice) -> RunResults:
        """Give the same with names that can all be drawn with this font."""
        from sim.report.fonts import drawable

        return drawable(self, font)

    def with_assumptions(self, intervals: pd.DataFrame) -> RunResults:
        """Give the same with a second interval wherever `sensitivity.csv` has one."""
        keys = ["metric", "group", "level"]
        known = intervals[[*keys, *ASSUMED]]
        context = replace(self.context, assumption_note=say("drawn"))
        return replace(self, context=context, summary=self.summary.merge(known, "left", keys))

    def select(self, metric: str, group: str) -> pd.DataFrame:
        """Rows of one metric by one group: level (and its parts), mean, low, high, n.

        The parts of a product's level are in columns named after the parts of the group.
        """
        if (metric, group) not in self._selected:
            self._selected[metric, group] = self._select(metric, group)
        return self._selected[metric, group].copy(deep=False)

    @cached_property
    def _selected(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Selections made so far: charts ask for the same ones once for every kind or zone."""
        return {}

    @cached_property
    def _rows(self) -> Mapping[Any, Any]:
        """(metric, group) -> positions of its rows in the summary."""
        return self.summary.groupby(["metric", "group"], sort=False).indices

    def _select(self, metric: str, group: str) -> pd.DataFrame:
        rows = self.summary.iloc[self._rows.get((metric, group), [])]
        out = pd.DataFrame(
            {
                "level": rows["level"].astype(str).to_numpy(),
                "mean": pd.to_numeric(rows["mean"]).to_numpy(dtype=float),
                "low": pd.to_numeric(rows["ci_low"]).to_numpy(dtype=float),
                "high": pd.to_numeric(rows["ci_high"]).to_numpy(dtype=float),
                "n": rows["n"].to_numpy(),
            }
        )
        for name in ASSUMED:
            if name in rows:
                out[name] = rows[name].to_numpy(dtype=float)
        parts = group.split("*")
        if len(parts) > 1:
            split = [level.split("*") for level in out["level"]]
            for i, part in enumerate(parts):
                names = [s[i] if i < len(s) else "" for s in split]
                out[part] = pd.Series(names, index=out.index, dtype=object)
        else:
            out[group] = out["level"]
        return out

    def label(self, dimension: str, level: str) -> str:
        """Name to show; see `ChartContext.label`."""
        return self.context.label(dimension, level)


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
    world = world_name(inputs)
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
        peak=say("page.peak", weekday=analysis.peak_weekday, weekend=analysis.peak_weekend),
        planning_limit=analysis.planning_limit,
        source=say("page.source", world=world),
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
    numbers = [len(inputs.tables.venues) for inputs in scenarios]
    fewest, most = min(numbers), max(numbers)
    number = (
        f"{most:,}" if fewest == most else say("from-to", first=f"{fewest:,}", last=f"{most:,}")
    )
    return say("page.venues", number=number)


def _labels(parts: Mapping[str, Any]) -> dict[str, str]:
    """Name -> name to show, in the author's order."""
    return {name: titled(part, name) for name, part in parts.items()}


def _credits(inputs: Inputs) -> dict[str, str]:
    """Sources of the numbers that charts compare with."""
    keys = ["calibration.participations", "activities.sessions"]
    keys += [f"zones.{zone}.saved_yuan_per_year" for zone in inputs.scenario.zones]
    return {key: said for key in keys if (said := credit(inputs, key))}


def _turns(turns: MealTurns) -> tuple[int, int, int]:
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

"""The tables of a comparison, what groups are called, and what its charts are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from sim.messages import say
from sim.report.context import ChartContext, chart_context, venues_words
from sim.studies.compare import ComparisonRuns
from sim.studies.comparison_words import scenario_names, walk_words

if TYPE_CHECKING:
    from sim.report.fonts import FontChoice


@dataclass(frozen=True, eq=False, slots=True)
class ComparisonTables:
    """Tables of a comparison; all but the last are written as they are."""

    differences: pd.DataFrame
    gains: pd.DataFrame
    fairness: pd.DataFrame
    figures: pd.DataFrame


def comparison_labels(context: ChartContext) -> Callable[[str, str], str]:
    """(group, level) -> name to show."""

    def label(group: str, level: str) -> str:
        if group == "all":
            return say("group.everybody")
        if level == "none":
            return say("group.none")
        return walk_words(level) if group == "distance_band" else context.label(group, level)

    return label


@dataclass(frozen=True, eq=False)
class ComparisonResults:
    """A comparison with the words around its charts."""

    charts: ClassVar[str] = "comparison"

    compared: ComparisonRuns
    tables: ComparisonTables
    context: ChartContext
    judged: Sequence[Mapping[str, Any]] = ()
    """What draws of the assumptions say of differences in the leading share."""
    named: Mapping[str, str] = field(default_factory=dict)
    """Scenario -> what it is called."""

    @classmethod
    def from_tables(
        cls,
        compared: ComparisonRuns,
        tables: ComparisonTables,
        judged: Sequence[Mapping[str, Any]] = (),
    ) -> ComparisonResults:
        """Put the words of the baseline around it."""
        base = compared.scenarios[compared.baseline]
        named = scenario_names(compared.scenarios)
        context = replace(
            chart_context(base, compared.n),
            scenario_name=say("compare.of", base=named[base.scenario.name], n=len(compared.others)),
            venues=venues_words(compared.scenarios),
        )
        if judged:
            context = replace(context, assumption_note=say("drawn"))
        arranged = replace(tables, gains=context.arranged(tables.gains))
        return cls(compared, arranged, context, judged, named)

    @property
    def baseline(self) -> str:
        """Name of the baseline in tables."""
        return self.compared.labels[self.compared.baseline]

    @property
    def base(self) -> str:
        """What the baseline is called."""
        return self.named[self.baseline]

    @property
    def others(self) -> list[str]:
        """Names of the scenarios that are compared with it."""
        return [self.compared.labels[i] for i in self.compared.others]

    def drawable(self, font: FontChoice) -> ComparisonResults:
        """Give the same with names that can all be drawn with this font."""
        from sim.report.fonts import drawable_labels

        levels = self.tables.gains[["group", "level"]].itertuples(index=False, name=None)
        names = [("scenario", name) for name in self.named.values()]
        context, shown = drawable_labels(self.context, levels, names, font)
        named = {name: shown["scenario", label] for name, label in self.named.items()}
        return replace(self, context=context, named=named)

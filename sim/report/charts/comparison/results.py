"""The tables of a comparison, what groups are called, and what its charts are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from sim.report.context import DRAWN, ChartContext, chart_context, venues_words
from sim.studies.compare import ComparisonRuns
from sim.words import counted

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
        if level == "none":
            return "no suitable room open"
        if group == "distance_band":
            return f"{level} on foot"
        return context.label(group, level)

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

    @classmethod
    def from_tables(
        cls,
        compared: ComparisonRuns,
        tables: ComparisonTables,
        judged: Sequence[Mapping[str, Any]] = (),
    ) -> ComparisonResults:
        """Put the words of the baseline around it."""
        base = compared.scenarios[compared.baseline]
        others = len(compared.others)
        context = replace(
            chart_context(base, compared.n),
            scenario_name=f"{base.scenario.name} and {counted(others, 'other')}",
            venues=venues_words(compared.scenarios),
        )
        if judged:
            context = replace(context, assumption_note=DRAWN)
        return cls(compared, replace(tables, gains=context.arranged(tables.gains)), context, judged)

    @property
    def base(self) -> str:
        """Name of the baseline."""
        return self.compared.labels[self.compared.baseline]

    @property
    def others(self) -> list[str]:
        """Names of the scenarios that are compared with it."""
        return [self.compared.labels[i] for i in self.compared.others]

    def drawable(self, font: FontChoice) -> ComparisonResults:
        """Give the same with names that can all be drawn with this font."""
        levels = self.tables.gains[["group", "level"]]
        return replace(self, context=self.context.drawable(font, levels))

"""What charts of a search for headroom are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from sim.messages import say
from sim.report.context import ASSUMED, ChartContext, chart_context
from sim.report.headroom import GroupFall, fallen
from sim.report.words import percent
from sim.scenario.inputs import at_multiplier
from sim.studies.comparison_words import scenario_names
from sim.studies.headroom import Headroom

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.fonts import FontChoice


@dataclass(frozen=True, eq=False)
class HeadroomResults:
    """One scenario's headroom with the words around its charts, which are of the first target."""

    charts: ClassVar[str] = "headroom"

    found: Headroom
    context: ChartContext
    spans: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """Group and level -> between which multipliers draws of the assumptions fall."""

    @classmethod
    def from_headroom(cls, found: Headroom, drawn: pd.DataFrame | None = None) -> HeadroomResults:
        """Put the words of today's demand around it.

        Parameters
        ----------
        drawn
            Rows of `sensitivity.csv`, if draws were asked.
        """
        context = _context(found)
        if drawn is None:
            return cls(found, context)
        mine = drawn[drawn["metric"] == f"headroom_{100 * found.targets[0]:.0f}"]
        columns = (mine[name] for name in ("group", "level", *ASSUMED))
        spans = {(g, v): (low, high) for g, v, low, high in zip(*columns, strict=True)}
        return cls(found, replace(context, assumption_note=say("drawn")), spans)

    @property
    def rows(self) -> list[GroupFall]:
        """Where each group falls below the target."""
        return fallen(self.found.table(), self.found.targets[0])

    def drawable(self, font: FontChoice) -> HeadroomResults:
        """Give the same with names that can all be drawn with this font."""
        levels = self.found.table()[["group", "level"]]
        return replace(self, context=self.context.drawable(font, levels))


@dataclass(frozen=True, eq=False)
class PolicyResults:
    """Headroom under several policies, with the words of the first around it."""

    charts: ClassVar[str] = "headroom"

    found: Sequence[Headroom]
    context: ChartContext
    named: Mapping[str, str] = field(default_factory=dict)
    """Scenario -> what it is called."""

    @classmethod
    def from_headrooms(cls, found: Sequence[Headroom]) -> PolicyResults:
        """Put the words of today's demand around them."""
        return cls(found, _context(found[0]), scenario_names([one.inputs for one in found]))

    def drawable(self, font: FontChoice) -> PolicyResults:
        """Give the same with names that can all be drawn with this font."""
        from sim.report.fonts import drawable_labels

        levels = self.found[0].table()[["group", "level"]].itertuples(index=False, name=None)
        names = [("scenario", name) for name in self.named.values()]
        context, shown = drawable_labels(self.context, levels, names, font)
        named = {name: shown["scenario", label] for name, label in self.named.items()}
        return replace(self, context=context, named=named)


def _context(found: Headroom) -> ChartContext:
    context = chart_context(at_multiplier(found.inputs, 1.0), found.n)
    kept = tuple(t for t in context.changed if not t.startswith("demand.multiplier="))
    return replace(context, changed=kept)


def assumed(context: ChartContext) -> str:
    """Assumptions for the footer."""
    return say("assumed.off", share=percent(context.off_platform_share or 0.0))

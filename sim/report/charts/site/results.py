"""What charts of a siting result are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pandas as pd

from sim.messages import say
from sim.report.context import ChartContext
from sim.report.fonts import FontChoice, drawable_labels
from sim.report.site.places import PageData
from sim.sensitivity.plans import plan_called


@dataclass(frozen=True, eq=False)
class SiteResults:
    """A siting result with the words around its charts.

    Attributes
    ----------
    context
        With the replications of the final judging.
    labels
        (what it is, its name) -> what is shown, for places, plans, communities and outlooks; what
        is not in it is labelled by the context.
    assumed
        Plan -> between which gains over today nine draws of ten of the assumptions lie.
    """

    charts: ClassVar[str] = "site"

    page_data: PageData
    context: ChartContext
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    assumed: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def with_assumptions(self, table: pd.DataFrame) -> SiteResults:
        """Give the same with the rows of a `sensitivity.csv` of these plans."""
        rows = table[table["group"] == "plan"]
        ends = zip(rows["assumption_low"], rows["assumption_high"], strict=True)
        context = replace(self.context, assumption_note=say("drawn"))
        return replace(self, context=context, assumed=dict(zip(rows["level"], ends, strict=True)))

    def label(self, what: str, name: str) -> str:
        """Name to show of a kind, place, plan, outlook or level of a group."""
        found = self.labels.get((what, name)) or self.context.label(what, name)
        if what == "plan":
            return plan_called(found)
        return self.context.named(found)

    def drawable(self, font: FontChoice) -> SiteResults:
        """Give the same with names that can all be drawn with this font."""
        page_data, found = self.page_data, self.page_data.outcome
        levels = [
            *(("kind", m.kind) for m in found.catalogue.moves if m.kind),
            *(("kind", m.was) for m in found.catalogue.moves if m.was),
            *((g.group, g.level) for g in found.gains),
        ]
        names = [
            *(("place", name) for name in found.homes.names),
            *(("place", p.name) for view in (found.today, found.after) for p in view.places),
            *(("place", s.site.name) for s in page_data.sites),
            *(("place", link.name) for link in page_data.links),
            *(("plan", plan.label) for plan in found.plans),
            *(("community", name) for name in found.homes.communities),
            *(("outlook", o.outlook) for o in found.outlooks),
        ]
        context, labels = drawable_labels(self.context, levels, names, font)
        return replace(self, context=context, labels=labels)

"""What charts of a sensitivity are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from sim.messages import say
from sim.report.context import ChartContext, chart_context, venues_words
from sim.sensitivity.findings import LEVEL, Findings

if TYPE_CHECKING:
    from sim.report.fonts import FontChoice


@dataclass(frozen=True, eq=False)
class SensitivityResults:
    """Findings with the words around their charts."""

    charts: ClassVar[str] = "sensitivity"

    findings: Findings
    context: ChartContext

    @classmethod
    def from_findings(cls, findings: Findings) -> SensitivityResults:
        """Put the scenario's words around them."""
        s = findings.asked
        fitted = int(s.reached.sum())
        context = replace(
            chart_context(s.scenarios[0], s.base_top.shape[1]),
            venues=venues_words(s.scenarios),
            assumption_note=say("sensitivity.ranges", level=LEVEL, n=fitted),
        )
        return cls(findings, context)

    def drawable(self, font: FontChoice) -> SensitivityResults:
        """Give the same with names that can all be drawn with this font."""
        levels = self.findings.intervals[["group", "level"]]
        return replace(self, context=self.context.drawable(font, levels))

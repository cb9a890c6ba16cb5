"""What charts of a check are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from sim.log.check import LogCheck
from sim.report.context import ChartContext, chart_context

if TYPE_CHECKING:
    from sim.report.fonts import FontChoice


@dataclass(frozen=True, eq=False)
class CheckResults:
    """A check with the words around its charts."""

    charts: ClassVar[str] = "check"

    found: LogCheck
    context: ChartContext

    @classmethod
    def from_check(cls, found: LogCheck) -> CheckResults:
        """Put the scenario's words around it."""
        return cls(found, chart_context(found.inputs, found.n))

    def drawable(self, font: FontChoice) -> CheckResults:
        """Give the same with names that can all be drawn with this font."""
        levels = self.found.rows[["aspect", "level"]].rename(columns={"aspect": "group"})
        return replace(self, context=self.context.drawable(font, levels))

"""What charts of an advice are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from sim.advise.programme import Advice
from sim.report.context import ChartContext, chart_context

if TYPE_CHECKING:
    from sim.report.fonts import FontChoice


@dataclass(frozen=True, eq=False)
class AdviceResults:
    """An advice with the words around its charts."""

    charts: ClassVar[str] = "advise"

    advice: Advice
    aim: str
    context: ChartContext

    @classmethod
    def from_advice(cls, advice: Advice, aim: str) -> AdviceResults:
        """Put the scenario's words around it."""
        context = chart_context(advice.levers.base, advice.judge.n)
        return cls(advice, aim, context)

    def drawable(self, font: FontChoice) -> AdviceResults:
        """Give the same with names that can all be drawn with this font."""
        levels = pd.DataFrame({"group": ["all"], "level": ["all"]})
        return replace(self, context=self.context.drawable(font, levels))

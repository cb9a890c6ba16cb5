"""Charts by name: adding one is adding a file to `sim/report/charts/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sim.report.data import RunResults
from sim.report.finding import Finding
from sim.report.page import Page

__all__ = ["Chart", "ChartData", "all_charts", "chart"]


class ChartData(Protocol):
    """What an analysis gives: frozen figures and the finding in words."""

    @property
    def finding(self) -> Finding:
        """Title, subtitle, table."""
        ...


D = TypeVar("D", bound=ChartData)


@dataclass(frozen=True)
class Chart:
    """A chart: `analyse` reads results (one item a picture), `plot` draws one item on a page."""

    name: str
    analyse: Callable[[RunResults], Sequence[Any]]
    plot: Callable[[Page, Any], None]


_CHARTS: dict[str, Chart] = {}


def chart(
    name: str, plot: Callable[[Page, D], None]
) -> Callable[[Callable[[RunResults], Sequence[D]]], Callable[[RunResults], Sequence[D]]]:
    """Register the decorated `analyse` together with its `plot` under a name."""

    def register(
        analyse: Callable[[RunResults], Sequence[D]],
    ) -> Callable[[RunResults], Sequence[D]]:
        if name in _CHARTS:
            raise ValueError(f"chart {name!r} is registered twice")
        _CHARTS[name] = Chart(name, analyse, plot)
        return analyse

    return register


def all_charts() -> dict[str, Chart]:
    """Every chart, by name in alphabetical order."""
    from sim.report import charts

    for module in pkgutil.iter_modules(charts.__path__):
        importlib.import_module(f"{charts.__name__}.{module.name}")
    return dict(sorted(_CHARTS.items()))

"""Runs of textbook scenarios by the command line, read from the files that it writes."""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.cli.app import app
from sim.cli.exits import guarded
from sim.scenario.loading import load

from .checking import Effort, Figure, Simulate
from .towns import scenario_file

__all__ = ["Results", "last_day", "run_textbook", "through_linli"]


F64 = npt.NDArray[np.float64]


class Results:
    """What a run wrote.

    Attributes
    ----------
    days
        Of the counting window.
    first
        Its first day.
    """

    def __init__(self, folder: Path, first: dt.date, days: int) -> None:
        self._folder, self.first, self.days = folder, pd.Timestamp(first), days

    @functools.cached_property
    def _values(self) -> pd.DataFrame:
        return pd.read_parquet(self._folder / "replications.parquet")

    def metric(self, name: str, group: str = "all", level: str = "all") -> F64:
        """Value of each replication."""
        rows = self._values
        found = rows[(rows["metric"] == name) & (rows["group"] == group) & (rows["level"] == level)]
        assert len(found)
        return found.sort_values("replication")["value"].to_numpy(dtype=np.float64)

    def ones(self) -> F64:
        """One a replication: what a plain mean is a share of."""
        return np.ones(len(self.metric("wishes")))

    def mean(self, name: str, group: str = "all", level: str = "all", scale: float = 1) -> Figure:
        """A metric whose value is a mean over time: every replication counts alike."""
        return Figure(self.metric(name, group, level) * scale, self.ones())

    def refused(self, group: str = "all", level: str = "all") -> Figure:
        """Requests refused / requests made."""
        return Figure(self.metric("refused", group, level), self.metric("requests", group, level))

    def wishes(self, *columns: str) -> list[pd.DataFrame]:
        """These columns of `requests.parquet`, a table for each replication."""
        table = pd.read_parquet(
            self._folder / "requests.parquet", columns=["replication", *columns]
        )
        return [part for _, part in table.groupby("replication")]

    def minutes(self, moments: pd.Series) -> F64:
        """Minutes since the counting window began."""
        return ((moments - self.first) / pd.Timedelta(minutes=1)).to_numpy(dtype=np.float64)


def last_day(first: dt.date, effort: Effort) -> dt.date:
    """Of a counting window of so many days."""
    return first + dt.timedelta(days=effort.days - 1)


def run_textbook(
    scenario: str,
    effort: Effort,
    folder: Path,
    factor: float = 1.0,
    scaled: Sequence[str] = (),
    *,
    requests: bool = False,
    replaced: Sequence[str] = (),
) -> Results:
    """`linli run` with the days and replications of the effort, and `scaled` keys x factor.

    Parameters
    ----------
    replaced
        Further `key=value`.
    """
    path = scenario_file(scenario)
    given = load(path).scenario
    first = given.window.first
    sets = [f"window.until={last_day(first, effort)}", *replaced]
    if factor != 1:
        sets += [f"{key}={_value(given, key) * factor!r}" for key in scaled]
    out = folder / scenario
    words = ["linli", "run", str(path), "--out", str(out), "--no-store", "--no-charts", "--quiet"]
    words += ["--jobs", "1", "--replications", str(effort.replications)]
    words += [word for one in sets for word in ("--set", one)]
    words += ["--requests"] * requests
    with mock.patch.object(sys, "argv", words):
        status = guarded(app)
    assert status == 0, f"linli run {scenario}: status {status}"
    return Results(out, first, effort.days)


def through_linli(
    scenario: str,
    scaled: Sequence[str],
    read: Callable[[Results], list[Figure]],
    *,
    requests: bool = False,
) -> Simulate:
    """The simulation of a check: a run of a textbook scenario, read from its files."""

    def simulate(effort: Effort, factor: float, folder: Path) -> list[Figure]:
        return read(run_textbook(scenario, effort, folder, factor, scaled, requests=requests))

    return simulate


def _value(scenario: Any, key: str) -> float:
    """What a dotted key of the scenario holds."""
    at = scenario
    for part in key.split("."):
        at = at[part] if isinstance(at, dict) else getattr(at, part)
    return float(at)

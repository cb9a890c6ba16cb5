"""Result folders as documents read them: tables by row, names by language, nothing simulated."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.messages import in_language, known, spoken_language
from sim.report.document.content import Figure, Source

MANIFEST, SUMMARY, COMPARISON = "manifest.json", "summary.csv", "comparison.csv"
SENSITIVITY, DIFFERENCES = "sensitivity.csv", "differences.csv"


class ResultProblem(Exception):
    """A folder holds nothing that a report can be made of; the message says why."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a result folder.

    Raises
    ------
    ResultProblem
        If there is none.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultProblem(
            f"{folder}: holds no {MANIFEST}, so it is no result folder of linli"
        ) from error
    except ValueError as error:
        raise ResultProblem(f"{path}: is not JSON: {error}") from error
    if not isinstance(manifest, dict):
        raise ResultProblem(f"{path}: is not a manifest")
    return manifest


def read_table(path: Path) -> pd.DataFrame:
    """A table of a result folder; names stay text."""
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    except OSError as error:
        raise ResultProblem(f"{path}: cannot be read; run it again") from error
    return table


@dataclass(frozen=True, eq=False)
class Draws:
    """Figures in joint draws of the assumptions, which `linli sensitivity` left.

    Attributes
    ----------
    of
        Names of the scenarios, and what was changed in them.
    rows
        Metric, group, level, scenario, and whether it is a difference -> row of the table.
    """

    of: frozenset[str]
    changed: frozenset[str]
    rows: Mapping[tuple[str, str, str, str, bool], Mapping[str, str]]

    @classmethod
    def read(cls, folder: Path, manifest: Mapping[str, Any]) -> Draws:
        """Read the tables of a sensitivity."""
        rows = {}
        for name in (SENSITIVITY, DIFFERENCES):
            if (folder / name).is_file():
                for row in read_table(folder / name).to_dict("records"):
                    key = (row["metric"], row["group"], row["level"], row["scenario"])
                    rows[*key, name == DIFFERENCES] = {str(k): str(v) for k, v in row.items()}
        asked = manifest["question"]
        changed = frozenset(s for s in asked["sets"] if not s.startswith("--"))
        return cls(frozenset(asked["scenarios"]), changed, rows)

    def about(self, manifest: Mapping[str, Any]) -> bool:
        """Whether the draws are of the scenario of a run."""
        asked = manifest.get("question") or {}
        changed = frozenset(s for s in asked.get("sets", ()) if not s.startswith("--"))
        return manifest.get("name") in self.of and changed == self.changed

    def row(self, figure: Figure, scenario: str) -> Mapping[str, str] | None:
        """The row of a figure of a scenario, or of a difference from its baseline."""
        where = dict(figure.source.where)
        key = (where.get("metric", ""), where.get("group", ""), where.get("level", ""))
        return self.rows.get((*key, where.get("scenario", scenario), "scenario" in where))


@dataclass(frozen=True, eq=False)
class RunTables:
    """What `linli run` left of a scenario, or `linli compare` of one of its scenarios.

    Attributes
    ----------
    folder
        Where the files are.
    prefix
        What stands before a file's name in the source of a number.
    draws
        What is known of doubt about its assumptions.
    """

    folder: Path
    prefix: str
    manifest: Mapping[str, Any]
    summary: pd.DataFrame
    draws: Draws | None = None

    @classmethod
    def read(cls, folder: Path, prefix: str = "") -> RunTables:
        """Read the folder of a run."""
        manifest = read_manifest(folder)
        if "scenario" not in manifest or "sources" not in manifest:
            raise ResultProblem(f"{folder}: holds no run")
        return cls(folder, prefix, manifest, read_table(folder / SUMMARY))

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The scenario as it was run."""
        found: Mapping[str, Any] = self.manifest["scenario"]
        return found

    @property
    def growth(self) -> float:
        """Demand as a multiple of that which was fitted."""
        return float((self.scenario.get("demand") or {}).get("multiplier", 1))

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], tuple[float, float, float, str]]:
        table = self.summary
        numbers = (pd.to_numeric(table[c]).tolist() for c in ("mean", "ci_low", "ci_high"))
        *names, units = (table[c].tolist() for c in ("metric", "group", "level", "unit"))
        keys = zip(*names, strict=True)
        return dict(zip(keys, zip(*numbers, units, strict=True), strict=True))

    def figure(self, metric: str, group: str = "all", level: str = "all") -> Figure | None:
        """A number of summary.csv; None where it is not there or undefined."""
        mean, low, high, unit = self._rows.get((metric, group, level), (math.nan,) * 3 + ("",))
        where = (("metric", metric), ("group", group), ("level", level))
        source = Source(f"{self.prefix}{SUMMARY}", where, "mean")
        return None if math.isnan(mean) else Figure(mean, unit, source, low, high)

    def needed(self, metric: str, group: str = "all", level: str = "all") -> Figure:
        """A number without which there is no report."""
        found = self.figure(metric, group, level)
        if found is None:
            raise ResultProblem(f"{self.folder / SUMMARY}: has no {metric} of {group} {level}")
        return found

    def has(self, metric: str, group: str = "all") -> bool:
        """Whether summary.csv has any row of it."""
        return any(m == metric and g == group for m, g, _ in self._rows)

    def levels(self, group: str) -> list[str]:
        """Levels of a group: the author's order, then that of the table."""
        written = self.scenario.get(f"{group}s") or {}
        there = dict.fromkeys(level for _, g, level in self._rows if g == group)
        return sorted(there, key=lambda n: list(written).index(n) if n in written else len(written))

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The scenario's tables, and the `sources` of its numbers."""
        tables = {**self.manifest["tables"], "sources": self.manifest["sources"]}
        return {name: pd.DataFrame(rows) for name, rows in tables.items()}

    def given(self, table: str, column: str = "", unit: str = "count", **where: str) -> Figure:
        """How many rows a table of the scenario has, or the sum of a column of them."""
        rows = self.tables[table]
        for name, value in where.items():
            rows = rows[rows[name] == value]
        total = float(pd.to_numeric(rows[column]).sum()) if column else float(len(rows))
        source = Source(
            f"{self.prefix}{MANIFEST}", (("table", table), *where.items()), column or "rows"
        )
        return Figure(total, unit, source)

    def label(self, group: str, level: str) -> str:
        """Name to show of a level, in the language."""
        part = (self.scenario.get(f"{group}s") or {}).get(level)
        if isinstance(part, Mapping):
            return in_language(part.get("label") or level.replace("_", " "), spoken_language())
        return known(f"{group}.{level}", level.replace("_", " "))

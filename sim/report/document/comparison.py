"""Chapters of a comparison: what the rules change, and who gains and loses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from sim.messages import (
    in_language,
    joined,
    known,
    running_text,
    say,
    say_particular,
    spoken_language,
)
from sim.report.document.content import (
    Cell,
    Chapter,
    Column,
    Figure,
    Finding,
    Source,
    Table,
)
from sim.report.document.evidence import grade
from sim.report.document.parts import charts_in, pictures_of
from sim.report.document.results import COMPARISON, RunTables, read_manifest, read_table
from sim.report.document.run import RunChapters
from sim.report.numbers import number_parts, size_words
from sim.report.words import leaders

GAINS = "gains.csv"
CHANGED = ("served_share", "met_share", "first_choice_share", "bookings", "used", "no_show_share")
"""Metrics whose differences are shown, beside the primary ones."""
FEW = 2
"""Differences that need no summary."""
Verdict = Literal["more", "fewer", "none"]
GroupFigures = dict[tuple[str, str], Figure]
"""Group and level -> difference under a set of rules."""


@dataclass(frozen=True, eq=False)
class ComparisonTables:
    """What `linli compare` left.

    Attributes
    ----------
    runs
        Scenario -> its own tables, the baseline's first.
    """

    folder: Path
    prefix: str
    manifest: Mapping[str, Any]
    runs: Mapping[str, RunTables]

    @classmethod
    def read(cls, folder: Path, prefix: str = "") -> ComparisonTables:
        """Read the folder of a comparison."""
        manifest = read_manifest(folder)
        told = manifest["told"]
        names = [told["baseline"], *(n for n in told["scenarios"] if n != told["baseline"])]
        runs = {
            name: RunTables.read(
                (folder / manifest["scenarios"][name]).parent,
                f"{prefix}{Path(manifest['scenarios'][name]).parent.as_posix()}/",
            )
            for name in names
        }
        return cls(folder, prefix, manifest, runs)

    @property
    def baseline(self) -> str:
        """Name of the scenario that the others are compared with."""
        return str(self.manifest["told"]["baseline"])

    @property
    def others(self) -> list[str]:
        """Names of the other scenarios."""
        return list(self.runs)[1:]

    @property
    def primary(self) -> str:
        """The metric that the comparison is about."""
        return str(self.manifest["told"]["primary"][0])

    @cached_property
    def gains(self) -> pd.DataFrame:
        """Rows of gains.csv of the primary metric."""
        table = read_table(self.folder / GAINS)
        return table[table["metric"] == self.primary]

    @cached_property
    def _differences(self) -> dict[tuple[str, str], dict[str, str]]:
        table = read_table(self.folder / COMPARISON)
        rows = [_texts(row) for row in table[table["group"] == "all"].to_dict("records")]
        return {(row["metric"], row["scenario"]): row for row in rows}

    def difference(self, metric: str, scenario: str) -> Figure | None:
        """A difference in all; with the joint interval where there is one."""
        row = self._differences.get((metric, scenario))
        if row is None or not row["difference"]:
            return None
        joint = ("adjusted_low", "adjusted_high") if row["adjusted_low"] else ("ci_low", "ci_high")
        where = tuple((key, row[key]) for key in ("metric", "group", "level", "scenario"))
        return _figure(
            row, row["unit"], Source(f"{self.prefix}{COMPARISON}", where, "difference"), joint
        )

    def gain(self, row: Mapping[str, str]) -> Figure | None:
        """A difference of a group, with the interval that holds for all of them."""
        if not row["difference"]:
            return None
        where = tuple((key, row[key]) for key in ("metric", "group", "level", "scenario"))
        source = Source(f"{self.prefix}{GAINS}", where, "difference")
        return _figure(row, "share", source, ("joint_low", "joint_high"))


def _texts(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in row.items()}


def _figure(row: Mapping[str, str], unit: str, source: Source, ends: tuple[str, str]) -> Figure:
    low, high = (float(row[end]) if row[end] else math.nan for end in ends)
    return Figure(float(row["difference"]), unit, source, low, high)


def verdict(figure: Figure) -> Verdict:
    """More or fewer, if the interval says so; without one, or with zero in it, neither."""
    if figure.low > 0:
        return "more"
    return "fewer" if figure.high < 0 else "none"


@dataclass(frozen=True, eq=False)
class ComparisonChapters:
    """Makes the chapters of a comparison in a language."""

    compared: ComparisonTables

    @cached_property
    def base(self) -> RunChapters:
        """Chapters of the baseline by itself."""
        return RunChapters(self.compared.runs[self.compared.baseline])

    def chapters(self) -> list[Chapter]:
        """What the comparison adds to the chapters of its baseline."""
        return [self.change(), self.loses()]

    def name(self, scenario: str) -> str:
        """Name of a set of rules."""
        written = self.compared.runs[scenario].scenario
        return in_language(written.get("label") or scenario, spoken_language())

    def question(self) -> str:
        """What was asked."""
        words = [say("asked.compare", baseline=self.name(self.compared.baseline))]
        if self.compared.manifest["told"]["paired"] != "yes":
            words.append(say("asked.unpaired"))
        return running_text(words)

    def change(self) -> Chapter:
        """What the rules change in all."""
        compared = self.compared
        metrics = list(dict.fromkeys([compared.primary, *CHANGED]))
        cells = {name: [compared.difference(m, name) for m in metrics] for name in compared.others}
        given = [i for i in range(len(metrics)) if any(row[i] for row in cells.values())]
        columns = [Column(say("head.scenario"))]
        for i in given:
            unit = next(f.unit for row in cells.values() if (f := row[i]) is not None)
            head = self.metric(metrics[i])
            columns.append(Column(head, say("unit.points" if unit == "share" else f"unit.{unit}")))
        rows = tuple((self.name(n), *(row[i] for i in given)) for n, row in cells.items())
        base = self.name(compared.baseline)
        title = say("table.change", baseline=base)
        table = Table("change", title, tuple(columns), rows, self._defined(metrics, given))
        told = {name: figure for name, row in cells.items() if (figure := row[0]) is not None}
        findings = [self._finding(name, figure, base) for name, figure in told.items()]
        if len(findings) > FEW:
            findings.insert(0, self._summary(told, base))
        charts = charts_in(compared.folder, compared.manifest, spoken_language())
        shown = pictures_of(charts, ("forest", "use-and-cost"))
        return Chapter(
            "change",
            say("chapter.change"),
            (),
            tuple(findings),
            (table, self._today()),
            tuple(shown),
        )

    def loses(self) -> Chapter:
        """Who gains and who loses under each set of rules."""
        found: dict[str, GroupFigures] = {name: {} for name in self.compared.others}
        for row in map(_texts, self.compared.gains.to_dict("records")):
            figure = self.compared.gain(row)
            if figure is not None and row["scenario"] in found:
                found[row["scenario"]][row["group"], row["level"]] = figure
        findings = [self._losers(at, *item) for at, item in enumerate(found.items(), 1)]
        title = say("chapter.loses")
        return Chapter("loses", title, (), tuple(findings), (self._gains(found),))

    def metric(self, metric: str) -> str:
        """Name of a metric."""
        return known(f"metric.{metric}", metric.replace("_", " "))

    def _finding(self, name: str, figure: Figure, base: str) -> Finding:
        """The verb follows the interval."""
        found, why = grade(self.base.run, (figure,))
        primary = self.compared.primary
        text = say_particular(
            f"find.change.{verdict(figure)}", primary,
            name=self.name(name), baseline=base, metric=self.metric(primary),
            figure=size_words(figure),
        )  # fmt: skip
        return Finding(text, (figure,), found, why, "change", 1)

    def _summary(self, told: Mapping[str, Figure], base: str) -> Finding:
        """Under which rules the primary metric rises and falls most, as far as intervals tell."""
        rows = [(name, f.value, f.low, f.high) for name, f in told.items()]
        table = pd.DataFrame(rows, columns=["level", "mean", "low", "high"])
        best, worst = (
            [name for name in leaders(table, largest).levels if verdict(told[name]) == side]
            for largest, side in ((True, "more"), (False, "fewer"))
        )
        first = [told[names[0]] for names in (best, worst) if names]
        key = "level" if not first else "down" if not best else "up" if not worst else "tied"
        if len(best) == len(worst) == 1:
            key = "both"
        sizes = [number_parts(figure)[0].lstrip("+−") for figure in first]
        primary = self.compared.primary
        text = say_particular(
            f"find.change.{key}", primary, baseline=base, metric=self.metric(primary),
            best=joined([self.name(n) for n in best]), high=sizes[0] if sizes else "",
            worst=joined([self.name(n) for n in worst]), low=sizes[-1] if sizes else "",
        )  # fmt: skip
        found, why = grade(self.base.run, tuple(told.values()))
        return Finding(text, tuple(first), found, why, "change", 1, summary=True)

    def _defined(self, metrics: list[str], given: list[int]) -> str:
        words = [known(f"define.{metrics[i]}", "") for i in given]
        return running_text([say("define.change"), *(w for w in words if w)])

    def _today(self) -> Table:
        """Each set of rules by itself."""
        runs = self.compared.runs
        metrics = [m for m in CHANGED if any(run.figure(m) for run in runs.values())]
        columns = [Column(say("head.scenario"))]
        for metric in metrics:
            figure = next(f for run in runs.values() if (f := run.figure(metric)) is not None)
            columns.append(self.base.column(metric, figure.unit))
        rows = tuple((self.name(n), *(run.figure(m) for m in metrics)) for n, run in runs.items())
        return Table("today", say("table.today"), tuple(columns), rows)

    def _gains(self, found: Mapping[str, GroupFigures]) -> Table:
        """A row for each group, a column for each set of rules."""
        compared = self.compared
        groups = dict.fromkeys(key for figures in found.values() for key in figures)
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self._who(*key), *(figures.get(key) for figures in found.values())) for key in groups
        )
        points = say("unit.points")
        columns = [Column(self.name(name), points) for name in found]
        words = say(
            "define.gains",
            metric=self.metric(compared.primary), baseline=self.name(compared.baseline),
        )  # fmt: skip
        head = Column(say("head.level"))
        return Table("gains", say("table.gains"), (head, *columns), rows, words)

    def _who(self, group: str, level: str) -> str:
        if group == "all":
            return say("all")
        of = known(f"group.{group}", group)
        return say("group.level", group=of, level=self.base.level(group, level))

    def _losers(self, column: int, name: str, found: GroupFigures) -> Finding:
        """Groups of people that lose beyond chance, the most first; or that all lose, or gain."""
        groups = [(*key, figure) for key, figure in found.items() if key[0] in ("segment", "zone")]
        people = sorted(groups, key=lambda g: g[2].value)
        lost = [g for g in people if verdict(g[2]) == "fewer"]
        gained = [g for g in people if verdict(g[2]) == "more"]
        all_of = next((some for some in (lost, gained) if len(some) == len(people) > 1), None)
        told = all_of or lost
        figures = tuple(g[2] for g in told)
        key = "find.loses" if told else "find.loses.none"
        if all_of:
            key = "find.loses.all" if lost else "find.gains.all"
        least, most = ("", "")
        if told:
            ends = sorted((told[0][2], told[-1][2]), key=lambda figure: abs(figure.value))
            least, most = (number_parts(figure)[0].lstrip("+−") for figure in ends)
        text = say(
            key, name=self.name(name), least=least, most=most,
            names=joined([self.base.level(group, level) for group, level, _ in lost]),
        )  # fmt: skip
        said, why = grade(self.base.run, figures)
        return Finding(text, figures, said, why, "gains", column)

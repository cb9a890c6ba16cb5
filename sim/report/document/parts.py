"""Parts of chapters: tables by group, findings with their grade, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from sim.messages import Language, in_language, running_text, say, spoken_language
from sim.report.document.content import (
    Cell,
    Chapter,
    Column,
    Figure,
    Finding,
    Picture,
    Table,
)
from sim.report.document.evidence import grade
from sim.report.document.results import RunTables
from sim.report.findings import lead


@dataclass(frozen=True, eq=False)
class ChapterParts:
    """Makes parts of chapters of a run in a language."""

    run: RunTables

    @property
    def charts(self) -> Path:
        """Folder of the charts in the language of the document."""
        return charts_in(self.run.folder, self.run.manifest, spoken_language())

    @property
    def place(self) -> str:
        """The place in the language."""
        scenario = self.run.scenario
        name = scenario.get("place") or scenario.get("title") or scenario["name"]
        return in_language(name, spoken_language())

    @property
    def subtitle(self) -> str:
        """The dates and the number of replications."""
        window, n = self.run.scenario["window"], self.run.manifest["replications"]
        return say("subtitle", first=window["from"], last=window["until"], n=n)

    @property
    def source(self) -> str:
        """The scenario and its run."""
        manifest = self.run.manifest
        name = in_language(self.run.scenario.get("label") or manifest["name"], spoken_language())
        return say("source", name=name, id=manifest["run_id"])

    def column(self, metric: str, unit: str) -> Column:
        """Head of a metric's column."""
        return Column(say(f"metric.{metric}"), say(f"unit.{unit}"))

    def by_group(
        self,
        name: str,
        group: str,
        metrics: Sequence[str],
        *,
        more: dict[str, Any] | None = None,
        defined: Sequence[str] = (),
        total: bool = False,
    ) -> Table:
        """A table with a row a level and a column a metric, after what comes from elsewhere.

        Levels of which nothing is known are left out.
        """
        run, more = self.run, more or {}
        known = [m for m in metrics if run.has(m, group)]
        units = {m: next(f.unit for f in self._figures(m, group)) for m in known}
        rows: list[tuple[Cell, ...]] = []
        if total:
            rows.append((say("all"), *(None for _ in more), *(run.figure(m) for m in known)))
        for level in run.levels(group):
            given = [take(level) for take in more.values()]
            cells = [run.figure(m, group, level) for m in known]
            if any(cell is not None and cell.value for cell in cells):
                rows.append((self.level(group, level), *given, *cells))
        columns = [Column(say(f"head.{group}"))]
        for head in more:
            unit = say("unit.m2") if head == "area" else ""
            columns.append(Column(say(f"head.{head}"), unit))
        columns += [self.column(m, units[m]) for m in known]
        words = running_text([say(f"define.{m}") for m in (*defined, *known)])
        return Table(name, say(f"table.{name}"), tuple(columns), tuple(rows), words)

    def level(self, group: str, level: str) -> str:
        """Name of a level; bands of walks are put together."""
        if group == "distance_band" and level != "none":
            over = level.startswith("over ")
            minutes = level.removeprefix("over ").removesuffix(" min").replace("-", "–")
            return say(f"{group}.{'over' if over else 'between'}", minutes=minutes)
        return self.run.label(group, level)

    def finding(
        self,
        text: str,
        figures: Sequence[Figure],
        table: str = "",
        column: int | None = None,
        drawn: Mapping[Any, Any] | None = None,
    ) -> Finding:
        """A sentence with its grade; `drawn`: see `grade`."""
        found, why = grade(self.run, tuple(figures), drawn)
        return Finding(text, tuple(figures), found, why, table, column)

    def leader(
        self, key: str, metric: str, group: str, beside: tuple[str, int], largest: bool = True
    ) -> Finding:
        """Who or what leads, as far as the intervals tell."""
        figures = {v: self.run.needed(metric, group, v) for v in self.having(metric, group)}
        found = lead(key, figures, lambda level: self.level(group, level), largest=largest)
        return self.finding(found.text, found.figures, *beside)

    def _figures(self, metric: str, group: str) -> list[Figure]:
        found = (self.run.figure(metric, group, level) for level in self.run.levels(group))
        return [figure for figure in found if figure is not None]

    def having(self, metric: str, group: str) -> list[str]:
        """Levels of which a metric is known and not 0."""
        return [
            level for level in self.run.levels(group)
            if (figure := self.run.figure(metric, group, level)) is not None and figure.value
        ]  # fmt: skip

    def title(self, key: str) -> str:
        """Title of a chapter."""
        return say(f"chapter.{key}")

    def chapter(
        self,
        key: str,
        findings: Sequence[Finding] = (),
        tables: Sequence[Table] = (),
        pictures: Sequence[str] = (),
        words: tuple[str, ...] = (),
    ) -> Chapter:
        """A chapter; tables without rows are left out."""
        shown = pictures_of(self.charts, pictures)
        return Chapter(
            key, self.title(key), words, tuple(findings),
            tuple(t for t in tables if t.rows), tuple(shown),
        )  # fmt: skip


def charts_in(folder: Path, manifest: Mapping[str, Any], language: Language) -> Path:
    """Folder of results' charts in a language; there may be none."""
    charts = folder / "charts"
    return charts if manifest.get("language", "en") == language else charts / language


def pictures_of(folder: Path, names: Sequence[str]) -> list[Picture]:
    """Charts that lie in a folder, with the words that their files bear."""
    found = []
    for name in names:
        path = folder / name
        if path.with_suffix(".png").is_file() and path.with_suffix(".svg").is_file():
            with Image.open(path.with_suffix(".png")) as image:
                title = str(image.info.get("Title") or name)
                alt = str(image.info.get("Description") or title)
            found.append(Picture(path, title, alt))
    return found

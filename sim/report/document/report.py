"""Documents out of result folders, in the languages and formats asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.messages import Language, say, speaking
from sim.report.document.appendix import Appendix, again
from sim.report.document.comparison import ComparisonChapters, ComparisonTables
from sim.report.document.content import Chapter, Document
from sim.report.document.html import html_page
from sim.report.document.print import printed
from sim.report.document.results import (
    SENSITIVITY,
    Draws,
    ResultProblem,
    RunTables,
    read_manifest,
)
from sim.report.document.run import RunChapters
from sim.report.document.slides import slides
from sim.report.document.study import StudyChapters, study_of
from sim.report.document.workbook import workbook

WRITERS = {"html": html_page, "pptx": slides, "xlsx": workbook, "pdf": printed}
"""Format -> who writes a document in it."""
STUDIES = ("headroom", "sensitivity", "advice", "site", "allocate")
ORDER = (
    "asked", "recognise", "supply", "demand", "balance", "met", "unmet", "full", "who", "day",
    "change", "loses", "headroom", "sure", "do", "site", "season", "assumptions", "left-out",
    "again",
)  # fmt: skip
"""Chapters as planners know them, whatever results they are of."""


@dataclass(frozen=True, eq=False)
class Results:
    """A result folder: its name, what stands before its files in sources, and what it is of."""

    folder: Path
    name: str
    prefix: str
    manifest: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What was done: `run`, or another verb's."""
        verb = str((self.manifest.get("question") or {}).get("verb", "run"))
        if "kind" not in self.manifest and verb == "run" and "scenario" not in self.manifest:
            return "another verb"
        return str(self.manifest.get("kind", verb))


def document(folders: Sequence[Path], language: Language) -> Document:
    """One document of all folders, its chapters in the order of planners.

    Raises
    ------
    ResultProblem
        If a folder holds no results, or those of a verb that no report is made of.
    """
    results = _read(folders)
    with speaking(language):
        draws = [
            Draws.read(r.folder, r.manifest) for r in results if (r.folder / SENSITIVITY).is_file()
        ]
        makers = _makers(results, draws)
        first = makers[0]
        chapters = [(name, chapter) for name, chapter in _chapters(results, makers)]
        words = dict.fromkeys([m.question() for m in makers] + _limits(makers))
        made = {
            r.name: (r.manifest, r.manifest if "seed" in r.manifest else _scenario_of(m))
            for r, m in zip(results, makers, strict=True)
        }
        chapters = [
            ("", Chapter("asked", say("chapter.asked"), tuple(words))),
            *chapters,
            ("", again(made)),
        ]
        kind = "compare" if isinstance(first, ComparisonChapters) else results[0].kind
        about = first.base if isinstance(first, ComparisonChapters) else first
        title = say(f"title.{kind}", place=about.place)
        return Document(language, title, about.subtitle, about.source, tuple(_numbered(chapters)))


Maker = RunChapters | ComparisonChapters | StudyChapters


def _read(folders: Sequence[Path]) -> list[Results]:
    names = [folder.name for folder in folders]
    if len(set(names)) < len(names):
        names = [folder.as_posix() for folder in folders]
    found = []
    for folder, name in zip(folders, names, strict=True):
        prefix = "" if len(folders) == 1 else f"{name}/"
        result = Results(folder, name, prefix, read_manifest(folder))
        if result.kind not in ("run", "comparison", *STUDIES):
            raise ResultProblem(
                f"{folder}: holds results of {result.kind}; a report is made of those of run, "
                "compare, headroom, sensitivity, advise, site and allocate"
            )
        found.append(result)
    return found


def _makers(results: Sequence[Results], draws: Sequence[Draws]) -> list[Maker]:
    """Who makes the chapters of each result."""
    known: dict[int, RunTables] = {}
    compared: dict[int, ComparisonTables] = {}
    for at, one in enumerate(results):
        if one.kind == "run":
            known[at] = _sure(RunTables.read(one.folder, one.prefix), draws)
        elif one.kind == "comparison":
            tables = ComparisonTables.read(one.folder, one.prefix)
            runs = {name: _sure(run, draws) for name, run in tables.runs.items()}
            compared[at] = replace(tables, runs=runs)
            known[at] = runs[tables.baseline]
        elif "scenario" in one.manifest:
            known[at] = _sure(study_of(one.folder, one.prefix, one.manifest, None), draws)
    beside = next(iter(known.values()), None)
    named = {name: run.scenario.get("label") for c in compared.values()
             for name, run in c.runs.items()}  # fmt: skip
    makers: list[Maker] = []
    for at, one in enumerate(results):
        if one.kind == "run":
            makers.append(RunChapters(known[at]))
        elif one.kind == "comparison":
            makers.append(ComparisonChapters(compared[at]))
        else:
            run = known.get(at) or study_of(one.folder, one.prefix, one.manifest, beside)
            labels = {**named, **(one.manifest.get("labels") or {})}
            manifest = {**one.manifest, "labels": labels}
            makers.append(StudyChapters(run, one.folder, one.prefix, manifest))
    return makers


def _sure(run: RunTables, draws: Sequence[Draws]) -> RunTables:
    return replace(run, draws=next((d for d in draws if d.about(run.manifest)), None))


def _scenario_of(maker: Maker) -> Mapping[str, Any]:
    if isinstance(maker, ComparisonChapters):
        return maker.base.run.manifest
    return maker.manifest if isinstance(maker, StudyChapters) else maker.run.manifest


def _chapters(results: Sequence[Results], makers: Sequence[Maker]) -> list[tuple[str, Chapter]]:
    """Chapters with the name of their results; what a scenario is stands once."""
    found: list[tuple[str, Chapter]] = []
    seen = {m.run.manifest["input_hash"] for m in makers if isinstance(m, RunChapters)}
    for one, maker in zip(results, makers, strict=True):
        chapters = maker.chapters()
        if isinstance(maker, ComparisonChapters):
            base = maker.base
            if base.run.manifest["input_hash"] not in seen:
                seen.add(base.run.manifest["input_hash"])
                chapters = [*base.known(), *chapters]
        elif isinstance(maker, StudyChapters) and "scenario" in one.manifest and not seen:
            seen.add(one.manifest["input_hash"])
            if "tables" in one.manifest:
                chapters = [*chapters, Appendix(maker.run).assumptions()]
        found += [(one.name, chapter) for chapter in chapters]
    return found


def _limits(makers: Sequence[Maker]) -> list[str]:
    """What a reader must know before any figure, of every run, or else of the first search."""
    bases = [m.base if isinstance(m, ComparisonChapters) else m for m in makers]
    runs = [b for b in bases if isinstance(b, RunChapters)]
    searched = [b for b in bases if isinstance(b, StudyChapters) and b.run.scenario]
    runs = runs or [RunChapters(b.run) for b in searched[:1]]
    return [words for run in runs for words in run.limits()]


def _numbered(chapters: Sequence[tuple[str, Chapter]]) -> list[Chapter]:
    """Chapters in their order; of several of a kind each says of what it is."""
    ordered = sorted(chapters, key=lambda one: ORDER.index(one[1].key))
    times = Counter(chapter.key for _, chapter in ordered)
    seen: Counter[str] = Counter()
    found = []
    for name, chapter in ordered:
        seen[chapter.key] += 1
        number = seen[chapter.key]
        if times[chapter.key] > 1:
            chapter = replace(
                chapter,
                key=f"{chapter.key}-{number}",
                title=f"{chapter.title} · {name}",
                findings=tuple(replace(f, table=f"{f.table}-{number}") for f in chapter.findings),
                tables=tuple(replace(t, name=f"{t.name}-{number}") for t in chapter.tables),
            )
        found.append(chapter)
    return found

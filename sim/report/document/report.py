"""Documents out of result folders, in the languages and formats asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.messages import Language
from sim.report.document.comparison import ComparisonChapters, ComparisonTables
from sim.report.document.content import Document
from sim.report.document.html import html_page
from sim.report.document.messages import Messages
from sim.report.document.print import printed
from sim.report.document.results import ResultProblem, RunTables, read_manifest
from sim.report.document.run import RunChapters
from sim.report.document.slides import slides
from sim.report.document.workbook import workbook

WRITERS = {"html": html_page, "pptx": slides, "xlsx": workbook, "pdf": printed}
"""Format -> who writes a document in it."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def document(folders: Sequence[Path], language: Language) -> Document:
    """One document of all folders: the chapters of each, in the order given.

    Raises
    ------
    ResultProblem
        If a folder holds no results, or those of a verb that no report is made of yet.
    """
    if len(folders) == 1:
        return _document(folders[0], "", language)
    names = [folder.name for folder in folders]
    if len(set(names)) < len(names):
        names = [folder.as_posix() for folder in folders]
    parts = [_document(f, f"{name}/", language) for f, name in zip(folders, names, strict=True)]
    chapters = tuple(
        replace(
            chapter,
            key=f"{chapter.key}-{number}",
            title=f"{chapter.title} · {name}",
            findings=tuple(replace(f, table=f"{f.table}-{number}") for f in chapter.findings),
            tables=tuple(replace(t, name=f"{t.name}-{number}") for t in chapter.tables),
        )
        for number, (name, part) in enumerate(zip(names, parts, strict=True), 1)
        for chapter in part.chapters
    )
    return replace(parts[0], chapters=chapters)


def _document(folder: Path, prefix: str, language: Language) -> Document:
    manifest, say = read_manifest(folder), Messages(language)
    if manifest.get("kind") == "comparison":
        return ComparisonChapters(ComparisonTables.read(folder, prefix), say).document()
    if (manifest.get("question") or {}).get("verb", "run") != "run" or "scenario" not in manifest:
        verb = (manifest.get("question") or {}).get("verb", "another verb")
        raise ResultProblem(
            f"{folder}: holds results of {verb}; a report is made of those of run and compare"
        )
    return RunChapters(RunTables.read(folder, prefix), say).document()

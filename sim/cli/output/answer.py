"""A verb's result folder: reused where nothing changed, else written whole or not at all."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.engine import engine_block, replicating
from sim.cli.exits import UsageProblem
from sim.cli.options import BOTH, Options
from sim.cli.output.progress import say
from sim.messages import spoken_language
from sim.report.files import LAST, REPLACED, ForeignFilesError, ResultFolder
from sim.sentences import spoken

if TYPE_CHECKING:  # `--help` imports this too
    from sim.experiment.replicate import Engine
    from sim.scenario.inputs import Inputs

EFFORT = ("experiment.", "allocation.time_limit_seconds", "siting.time_limit_seconds", "title")
"""Keys of how hard to look, and of words: with another value the question is the same."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question that results answer, as far as it decides whether they may be replaced.

    A scenario edited under its name, more replications, another seed or other charts ask the same
    question again; another verb, other scenarios, another baseline or another `--set` ask a new
    one.

    Attributes
    ----------
    verb
        Such as `compare`.
    scenarios
        Names, the baseline's (or only one's) first.
    sets
        What `--set` changed.
    labels
        Name -> what a document calls the scenario; no part of the question.
    """

    verb: str
    scenarios: tuple[str, ...]
    sets: tuple[str, ...] = ()
    labels: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def from_scenarios(cls, verb: str, scenarios: Sequence[Inputs], base: int = 0) -> Question:
        """The question that a verb asks of scenarios; the order of all but the first is nothing."""
        names = [inputs.scenario.name for inputs in scenarios]
        first = names.pop(base)
        sets = tuple(t for t in scenarios[base].changed if not t.startswith(EFFORT))
        labels = {i.scenario.name: i.resolved.get("label") for i in scenarios}
        named = {name: label for name, label in labels.items() if label}
        return cls(verb, (first, *sorted(names)), sets, named)

    @property
    def record(self) -> dict[str, Any]:
        """The question as a manifest notes it."""
        return {"verb": self.verb, "scenarios": list(self.scenarios), "sets": list(self.sets)}

    def check(self, folder: Path) -> None:
        """Refuse to replace the answer to another question.

        Raises
        ------
        UsageProblem
            If the folder holds one.
        """
        try:
            noted = json.loads((folder / LAST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        there = noted.get("question") if isinstance(noted, Mapping) else None
        if there == self.record:
            return
        held = _asked(there) if isinstance(there, Mapping) else "results of another question"
        raise UsageProblem(
            f"{folder}: holds {held}, not {_asked(self.record)}. Give another --out, or "
            "--overwrite to replace them."
        )


def _asked(record: Mapping[str, Any]) -> str:
    """A question in words."""
    sets = "".join(f" --set {text}" for text in record["sets"])
    return f"results of `linli {record['verb']}` for {', '.join(record['scenarios'])}{sets}"


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a verb's result folder.

    Attributes
    ----------
    guarded
        Names that are not replaced unless linli wrote them.
    replaced
        Files and folders of an earlier answer that do not outlive the next.
    """

    guarded: tuple[str, ...]
    replaced: tuple[str, ...] = REPLACED


@dataclass(slots=True)
class AnswerDraft:
    """A verb's answer while its folder is written.

    Attributes
    ----------
    folder
        Where to write; it becomes the result folder at the end.
    summary
        Figures that are printed and noted in the manifest, under the key `told`.
    base
        What the manifest begins with.
    more
        What it also holds, beside question, identity, files and how it was made.
    by_clock
        Whether the clock decided a part: asked for again, it is made anew.
    finished
        Whether Ctrl-C cut nothing short; else it is made anew too.
    """

    folder: Path
    summary: dict[str, Any] = field(default_factory=dict)
    base: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    by_clock: bool = False
    finished: bool = True


class Answer:
    """The answer to a question: found in its folder where nothing changed since, or written there.

    Parameters
    ----------
    question
        What is asked; the answer to another one is not replaced without `--overwrite`.
    identity
        Hash of all that decides the files, from `identity_of`.
    lines
        Turns a summary into lines for a terminal.
    json_only
        Gives what `--json` prints beside the summary.
    in_run
        Whether the manifest notes it all in its block `run`.

    Raises
    ------
    UsageProblem
        If the folder holds files that linli did not write or, unless they may be overwritten, the
        answer to another question.
    """

    def __init__(
        self,
        question: Question,
        folder: Path,
        files: Files,
        identity: str,
        options: Options,
        lines: Callable[[Mapping[str, Any]], list[str]],
        *,
        json_only: Callable[[], Mapping[str, Any]] = dict,
        in_run: bool = False,
    ) -> None:
        both = f"-{BOTH}" if options.language == BOTH else ""
        self.question, self.folder, self.identity = question, folder, identity + both
        self.options, self.lines = options, lines
        self.json_only, self.in_run = json_only, in_run
        replaced = None if options.overwrite else files.replaced
        self.target = ResultFolder(folder, replaces=replaced, guards=files.guarded)
        try:
            self.target.check()
        except ForeignFilesError as error:
            raise UsageProblem(str(error)) from error
        if not options.overwrite:
            question.check(folder)
        self.used: dict[str, Any] = {}
        self.began, self.clock = dt.datetime.now(dt.UTC), time.perf_counter()

    def stands(self, *, afresh: bool | None = None) -> bool:
        """Print the summary of an earlier answer to the very same question; False without one.

        Parameters
        ----------
        afresh
            Whether it is made anew in any case; by `--no-store` if not given.
        """
        if self.options.no_store if afresh is None else afresh:
            return False
        summary = unchanged(self.folder, self.identity, *(["run"] if self.in_run else []))
        if summary is None:
            return False
        say("nothing changed since these results were written", quiet=self.options.silent)
        self.print_summary(summary)
        return True

    @contextlib.contextmanager
    def replicating(self, scenarios: Sequence[Inputs] = ()) -> Iterator[Engine]:
        """Give an engine as `replicating` does, and note what it did."""
        with replicating(self.options, scenarios) as engine:
            yield engine
            self.used |= engine_block(engine)

    @contextlib.contextmanager
    def written(self, command: Sequence[str]) -> Iterator[AnswerDraft]:
        """Give a draft to fill; then write its manifest, put the folder in place and print it.

        Parameters
        ----------
        command
            Verb and options in words that hold on any machine.
        """
        with self.target as results:
            draft = AnswerDraft(results.path)
            yield draft
            self._write_manifest(draft, command)
        self.print_summary(draft.summary)

    def _write_manifest(self, draft: AnswerDraft, command: Sequence[str]) -> None:
        """Write the manifest; its block `run` is no part of the promise of same bytes."""
        from sim.report.tables import write_manifest

        identity = stopped_by_clock(self.identity) if draft.by_clock else self.identity
        noted = {
            "identity": identity if draft.finished else "",
            **draft.more,
            "told": draft.summary,
            "files": digests(draft.folder),
        }
        run = {
            "command": ["linli", *command],
            "began": self.began.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - self.clock, 2),
            **self.used,
            "platform": platform.platform(terse=True),
        }
        asked: dict[str, Any] = {"question": self.question.record}
        asked |= {"labels": dict(self.question.labels), "language": spoken_language()}
        if self.in_run:
            manifest = {**draft.base, "run": {**run, **noted}, **asked}
        else:
            manifest = {**draft.base, **asked, **noted, "run": run}
        write_manifest(draft.folder, manifest)

    def print_summary(self, summary: Mapping[str, Any]) -> None:
        """Print one JSON object, lines for people, or nothing."""
        if self.options.as_json:
            record = {"out": str(self.folder), **self.json_only(), **summary}
            print(json.dumps(record, ensure_ascii=False))
        elif not self.options.quiet:
            lines = [*self.lines(summary), f"Written to {self.folder}"]
            print("\n".join(map(spoken, lines)))


def shown(paths: Sequence[Path]) -> list[str]:
    """Paths in words that hold on any machine: absolute ones by their file name."""
    return [p.name if p.is_absolute() else p.as_posix() for p in paths]


FORMAT = 1


def identity_of(scenarios: Sequence[Inputs], *options: Any) -> str:
    """Hash of all that decides the files written: inputs, options, and the code, charts too."""
    from sim.experiment.key import code_version, sources_hash
    from sim.scenario.schema.experiment import Precision

    parts: list[Any] = [FORMAT, options, dict(code_version()), sources_hash(everything=True)]
    parts.append(spoken_language())
    for inputs in scenarios:
        experiment = inputs.scenario.experiment
        spec = experiment.replications
        number = spec.model_dump() if isinstance(spec, Precision) else spec
        parts.append([inputs.scenario.name, inputs.input_hash, experiment.seed, number])
        parts.append([inputs.resolved, inputs.changed, inputs.notices, dict(inputs.table_hashes)])
        parts.append([{**asdict(p), "file": ""} for p in inputs.provenance])
        parts.append([[row.source for row in rows] for rows in _sourced(inputs)])
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def stopped_by_clock(identity: str) -> str:
    """Mark results that the clock decided in part: asked for again, they are made anew."""
    return f"{identity}-stopped-by-the-clock"


def _sourced(inputs: Inputs) -> list[Any]:
    """Tables whose rows say where they come from: no hash has it, but files show it."""
    tables = (getattr(inputs.tables, field.name) for field in fields(inputs.tables))
    return [rows for rows in tables if rows and hasattr(rows[0], "source")]


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): _digest(p) for p in files}


def unchanged(folder: Path, identity: str, *block: str) -> dict[str, Any] | None:
    """Summary of an earlier answer to the very same question, if every file is still as written.

    Parameters
    ----------
    block
        Keys of the mappings of the manifest in which it is noted.
    """
    try:
        noted = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for name in block:
            noted = noted[name]
        if noted["identity"] != identity:
            return None
        if any(_digest(folder / name) != digest for name, digest in noted["files"].items()):
            return None
        summary = noted["told"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return summary if isinstance(summary, dict) else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

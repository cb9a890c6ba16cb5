"""What is wrong with the inputs, and where: places, problems, and how they are printed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sim.messages import Language, listed, say
from sim.sentences import spoken

MOST_PRINTED = 200
_MOST_ALLOWED = 12
_WIDEST = 100
_LONGEST_NAME = 300
_LONGEST_MESSAGE = 1000


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a file (or in a `--set`), counted from 1 as editors do."""

    file: str
    line: int
    column: int
    folder: Path = field(default=Path(), compare=False)
    """Against which relative paths written here are resolved."""


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing that is wrong.

    Attributes
    ----------
    file, line, column
        Where; the file as the user would type it.
    key
        Dotted key of the YAML, or column of the table; may be empty.
    message
        What is wrong, in words.
    allowed
        What would have been right: names, or one description.
    word
        The misspelt word that `suggestion` compares with `allowed`.
    hint
        What was probably meant, where that is known without comparing.
    """

    file: str
    line: int
    column: int
    key: str
    message: str
    allowed: tuple[str, ...] = ()
    word: str | None = None
    hint: str | None = None

    @property
    def suggestion(self) -> str | None:
        """The allowed name most like the one given; computed only when asked for."""
        if self.hint is not None:
            return self.hint
        return None if self.word is None else nearest(self.word, self.allowed)

    @property
    def on_command_line(self) -> bool:
        """Whether it stands in an option rather than in a file."""
        return self.file.startswith("--")

    def render(self, excerpt: str = "") -> str:
        """`file:line:column: key: what is wrong; allowed: .... Did you mean ...?`."""
        file = clean(shorten(self.file, _LONGEST_NAME))
        key = f"{clean(shorten(self.key, _LONGEST_NAME))}: " if self.key else ""
        where = f"{file}:{self.line}:{self.column}: {key}"
        if self.on_command_line and not self.file.startswith("--set "):
            where = f"{file}: "  # an option with its value says it all
        text = f"{where}{clean(shorten(spoken(self.message), _LONGEST_MESSAGE, 300))}"
        suggestion = self.suggestion
        if self.allowed:
            text = say("problem.allowed", text=text, names=clean(self._allowed_in_short()))
        if suggestion is not None:
            name = clean(shorten(suggestion, _LONGEST_NAME))
            text = say("problem.meant", text=text, name=name)
        if excerpt.strip():
            text += f"\n{self.line:>6} | {clean(excerpt[:_WIDEST])}"
        return text

    def _allowed_in_short(self) -> str:
        if len(self.allowed) <= _MOST_ALLOWED:
            return listed([shorten(_described(name), _LONGEST_NAME) for name in self.allowed])
        word = (self.word or "")[:_LONGEST_NAME]
        close = difflib.get_close_matches(word, self.allowed, _MOST_ALLOWED, 0.3)
        names = list(dict.fromkeys([*close, *self.allowed]))[:_MOST_ALLOWED]
        shown = listed([shorten(name, _LONGEST_NAME) for name in names])
        return say("problem.allowed.more", names=shown, n=len(self.allowed) - len(names))


def _described(allowed: str) -> str:
    """What is allowed, in the language spoken where it is a description; a name stays."""
    return spoken(allowed) if " " in allowed else allowed


def problem_at(
    place: Position, key: str, message: str, allowed: Iterable[str] = (), word: str | None = None
) -> InputProblem:
    """Make a problem at a place."""
    return InputProblem(place.file, place.line, place.column, key, message, tuple(allowed), word)


class Sources:
    """The files that were looked at, with their lines for excerpts."""

    def __init__(self) -> None:
        self.lines: dict[str, Sequence[str]] = {}

    def add(self, file: str, text: str = "") -> None:
        """Remember a file; again with its text once it could be read."""
        self.lines[file] = text.split("\n") if text else self.lines.get(file, ())

    @property
    def language(self) -> Language | None:
        """What the first file that has a key `language` says, even if it cannot be read."""
        every = (line for lines in self.lines.values() for line in lines)
        written = (re.match(r"language:\s*(en|zh)\b", line) for line in every)
        found = next(filter(None, written), None)
        return None if found is None else cast("Language", found[1])

    def excerpt(self, problem: InputProblem) -> str:
        """Return the line that a problem points at, or nothing."""
        lines = self.lines.get(problem.file, ())
        return lines[problem.line - 1].rstrip("\r") if 1 <= problem.line <= len(lines) else ""


class ScenarioProblems(Exception):
    """Everything that is wrong with a scenario and its tables.

    Attributes
    ----------
    problems
        All of them, by file (in reading order), line and column.
    sources
        The files looked at.
    """

    def __init__(self, problems: Iterable[InputProblem], sources: Sources | None = None) -> None:
        self.sources = sources or Sources()
        order = {file: i for i, file in enumerate(self.sources.lines)}
        self.problems = tuple(
            sorted(
                dict.fromkeys(problems),
                key=lambda p: (order.get(p.file, len(order)), p.file, p.line, p.column),
            )
        )
        super().__init__(f"{len(self.problems)} problems")

    def __str__(self) -> str:
        return self.render()

    def render(self) -> str:
        """Text for standard error: one block a problem and a closing line."""
        shown = self.problems[:MOST_PRINTED]
        blocks = [p.render(self.sources.excerpt(p)) for p in shown]
        if len(self.problems) > len(shown):
            blocks.append(say("problem.more", n=len(self.problems) - len(shown)))
        return "\n".join([*blocks, self._closing()])

    def _closing(self) -> str:
        n = len(self.problems)
        bad = {p.file for p in self.problems if not p.on_command_line}
        typed = any(p.on_command_line for p in self.problems)
        where = "files" if not typed else "both" if bad else "options"
        total = len(bad.union(self.sources.lines))
        return say(f"problem.closing.{where}", n=n, bad=len(bad), all=total)


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Find the name most like a misspelt word, or none if none is like it."""
    by_lower: dict[str, str] = {}
    for name in names:
        by_lower.setdefault(name.lower(), name)
    found = difflib.get_close_matches(word[:_LONGEST_NAME].lower(), by_lower, 1, 0.6)
    return by_lower[found[0]] if found else None


def show(value: object) -> str:
    """Shorten a value for a message."""
    text = (
        f'"{value}"' if isinstance(value, str) else "a mapping" if isinstance(value, dict) else ""
    )
    if not text:
        try:
            text = "a list" if isinstance(value, list) else str(value)
        except ValueError:  # an integer of more digits than Python prints
            text = "a number of thousands of digits"
    return shorten(text, 60)


def shorten(text: str, longest: int, end: int = 1) -> str:
    """Leave out what lies before the last `end` characters of a text that is too long."""
    return text if len(text) <= longest else f"{text[: longest - 3 - end]}...{text[-end:]}"


def clean(text: str) -> str:
    """Remove characters that would drive a terminal instead of being shown."""
    return "".join(c if c.isprintable() else " " if c == "\t" else "\N{MIDDLE DOT}" for c in text)


def display(path: Path) -> str:
    """Write a path as the user would type it: relative to the working folder if below it."""
    path = Path(path)
    try:
        absolute = path if path.is_absolute() else Path.cwd() / path
        return absolute.relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return str(path)

"""Sentences and names in the language that is spoken: one catalogue for charts and documents."""

from __future__ import annotations

import contextlib
import re
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from sim import words

T = TypeVar("T")
Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FILES = (
    "report/document/messages.toml",
    "report/charts/messages.toml",
    "report/charts/check/messages.toml",
    "report/charts/headroom/messages.toml",
    "report/charts/season/messages.toml",
    "report/charts/site/messages.toml",
    "advise/messages.toml",
    "sensitivity/messages.toml",
    "studies/messages.toml",
    "scenario/messages.toml",
)
"""Each is a table of messages, below this package: key -> language -> sentence."""
MYRIADS = 100_000
"""Counts from here on are said in 万 in Chinese."""
_CHINESE = "\u2e80-\u9fff\uf900-\uffef"
_PARTS = (
    re.compile(rf"(?P<zh>[^A-Za-z]*[{_CHINESE}][^A-Za-z]*?)\s+(?P<en>[^{_CHINESE}]*[A-Za-z][^{_CHINESE}]*)"),
    re.compile(rf"(?P<en>[^{_CHINESE}]*[A-Za-z][^{_CHINESE}]*?)\s+(?P<zh>[^A-Za-z]*[{_CHINESE}][^A-Za-z]*)"),
)  # fmt: skip
_SPOKEN: ContextVar[Language] = ContextVar("language", default="en")


class _Sentence(string.Formatter):
    """`{n:zone|zones}` is a word for one and for any other number; all else as `str.format`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            return format_spec.split("|")[bool(value != 1)]
        return format(value, format_spec)


_SENTENCE = _Sentence()


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every message: key -> language -> sentence with named values.

    Raises
    ------
    ValueError
        If a key stands in two files.
    """
    out: dict[str, Mapping[str, str]] = {}
    for name in FILES:
        found = tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
        if twice := out.keys() & found.keys():
            raise ValueError(f"{name}: {', '.join(sorted(twice))}: stands in another file too")
        out |= found
    return out


@contextlib.contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Let `say` and all that writes numbers and names speak a language, in this thread."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def speak(language: Language) -> None:
    """Let a language be spoken from here on, until the end of what was begun by `speaking`."""
    _SPOKEN.set(language)


def in_each_language(said: Callable[[], T]) -> dict[Language, T]:
    """What is said, in every language."""
    found: dict[Language, T] = {}
    for language in LANGUAGES:
        with speaking(language):
            found[language] = said()
    return found


def spoken_language() -> Language:
    """The language that is spoken: English unless something else was asked for."""
    return _SPOKEN.get()


def chinese() -> bool:
    """Whether Chinese is spoken."""
    return _SPOKEN.get() == "zh"


def say(key: str, /, **values: Any) -> str:
    """Give a message with its values in the language spoken; one that is not there is an error."""
    return said(key, _SPOKEN.get(), values)


def known(key: str, other: str, **values: Any) -> str:
    """Give a message that may not be there, or else another text."""
    return say(key, **values) if key in catalogue() else other


def say_particular(key: str, what: str, **values: Any) -> str:
    """Give the message for something particular, or else that for anything."""
    particular = f"{key}.{what}"
    return say(particular if particular in catalogue() else key, **values)


def running_text(parts: Sequence[str]) -> str:
    """Set whole sentences one after the other."""
    return ("" if chinese() else " ").join(parts)


def clauses(*parts: str) -> str:
    """Parts of one sentence; those that say nothing are left out."""
    return ("；" if chinese() else "; ").join(part for part in parts if part)


def sentences(*parts: str) -> str:
    """Sentences one after the other, the last without its stop; empty ones are left out."""
    return ("。" if chinese() else ". ").join(part for part in parts if part)


def listed(names: Sequence[str]) -> str:
    """Names one after the other."""
    return ("、" if chinese() else ", ").join(names)


def joined(names: Sequence[str]) -> str:
    """Join names as a sentence does."""
    if chinese() and len(names) > 1:
        return f"{'、'.join(names[:-1])}和{names[-1]}"
    return words.joined(names)


def titled(part: Mapping[str, Any], name: str) -> str:
    """What a part of a scenario is called in the language spoken: its label, else its name.

    Of a plain label that has both languages, English says both.
    """
    label = part.get("label") or ""
    if isinstance(label, str) and not chinese():
        return label or name.replace("_", " ")
    return in_language(label, _SPOKEN.get()) or name.replace("_", " ")


def said(key: str, language: Language, values: Mapping[str, Any]) -> str:
    """Give a message with its values in a language."""
    sentence: str = _SENTENCE.vformat(catalogue()[key][language], (), values)
    return sentence


def in_language(label: str | Mapping[str, str], language: Language) -> str:
    """A name in a language: of `{zh: 会议室, en: Meeting room}` or `会议室 Meeting room` its part.

    A name that has none in the language stands whole.
    """
    if isinstance(label, Mapping):
        return label.get(language) or next(filter(None, label.values()), "")
    for pattern in _PARTS:
        found = pattern.fullmatch(label.strip())
        if found:
            return found[language]
    return label

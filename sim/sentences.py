"""English sentences in Chinese: what errors, notices, progress and summaries of a terminal say.

As with gettext the English sentence is the key: code raises and prints plain English, and only the
edge that shows it, `spoken`, looks its Chinese up in `sentences.toml`. There `{value}` stands for
what the code puts in, `{value!t}` in the Chinese for a value that is itself such a sentence, and
`{:page|pages}` for a noun with its number. A sentence that is not there stays English.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.messages import chinese

FILES = ("scenario/sentences.toml", "cli/sentences.toml", "season/sentences.toml")
"""Each is a table of English sentence -> Chinese sentence, below this package.

What stands below `values` in it is no sentence: it is looked up only for a `{value!t}`.
"""
_JOINTS = {". ": "。", "; ": "；", ": ": "："}
"""What parts a text that is no sentence by itself, and how Chinese parts the same."""
_SHOWN = r'"[^"]*"|a [a-z ]+|\S*'
"""A `{value}` of an input: in quotes, in words as a list is, or without spaces."""
_BEFORE = re.compile(r"(--|linli ).*|\S+")
"""A key, a file or an option, before a colon."""
_STOPS = {"": "", ".": "。", ":": "："}
_INDENT = re.compile(r"(\s*)(.*?)([.:]?)(\s*)", re.DOTALL)

Table = Mapping[str, str]
Pattern = tuple[str, str, re.Pattern[str]]
"""An English sentence, its longest piece without a value, and what matches it."""


class _Chinese(string.Formatter):
    """As `str.format`, but `{value!t}` is a value in Chinese."""

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion == "t":
            return _translated(value, values=True).strip()
        return super().convert_field(value, conversion)


_CHINESE = _Chinese()


@lru_cache(maxsize=1)
def sentences() -> tuple[Table, Table]:
    """Every sentence, and every value within sentences: English -> Chinese.

    Raises
    ------
    ValueError
        If one stands in two files.
    """
    whole: dict[str, str] = {}
    values: dict[str, str] = {}
    for name in FILES:
        found = tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
        inner = found.pop("values", {})
        if twice := (whole.keys() & found.keys()) | (values.keys() & inner.keys()):
            raise ValueError(f"{name}: {', '.join(sorted(twice))}: stands in another file too")
        whole |= found
        values |= inner
    return whole, values


def spoken(text: str, *, value: bool = False) -> str:
    """Give a text of the code in the language that is spoken, as far as it is known there.

    Parameters
    ----------
    value
        Whether it is a part of a sentence rather than one.
    """
    return _translated(text, values=value) if chinese() else text


def matching(text: str, *, values: bool) -> Iterator[tuple[str, Mapping[str, str]]]:
    """English sentences that a text is, with what is put in, the most specific first."""
    for sentence, longest, found in _patterns(values):
        if longest in text and (match := found.fullmatch(text)):
            yield sentence, match.groupdict()


@lru_cache(maxsize=2)
def _patterns(values: bool) -> list[Pattern]:
    """Sentences (and values) in the order in which they are tried: those with most words first."""
    whole, inner = sentences()
    pieces = {
        s: [piece for piece, *_ in string.Formatter().parse(s)]
        for s in (*whole, *(inner if values else ()))
    }
    ordered = sorted(pieces, key=lambda s: -len("".join(pieces[s])))
    return [(s, max(pieces[s], key=len), _pattern(s)) for s in ordered]


def _pattern(sentence: str) -> re.Pattern[str]:
    """What matches an English sentence with any values."""
    parts: list[str] = []
    for literal, name, spec, _ in string.Formatter().parse(sentence):
        parts.append(re.escape(literal))
        if name:
            value = f"(?P<{name}>{_SHOWN if name == 'value' else '.*?'})"
            parts.append(f"(?P={name})" if value in parts else value)
        elif spec:
            parts.append(f"(?:{'|'.join(re.escape(word) for word in spec.split('|'))})")
    return re.compile("".join(parts), re.DOTALL)


def _translated(text: str, *, values: bool = False) -> str:
    """A text in Chinese: as one sentence, else part by part, else as it is."""
    if "\n" in text:
        return "\n".join(_translated(line, values=values) for line in text.split("\n"))
    before, plain, stop, after = _INDENT.fullmatch(text).groups()  # type: ignore[union-attr]
    prefix, colon, rest = plain.partition(": ")
    found = _sentence(plain, stop, values)
    if colon and _BEFORE.fullmatch(prefix) and (found is None or ": " not in found[0]):
        inner = _sentence(rest, stop, values)
        if inner is not None:
            return f"{before}{_translated(prefix)}：{inner[1]}{after}"
    if found is not None:
        return f"{before}{found[1]}{after}"
    there = [joint for joint in _JOINTS if joint in plain]
    for joint in sorted(there, key=plain.index):
        parts = plain.split(joint, 1)
        translated = [_translated(part, values=values) for part in parts]
        if translated != parts:
            return f"{before}{_JOINTS[joint].join(translated)}{_STOPS[stop]}{after}"
    return text


def _sentence(text: str, stop: str, values: bool) -> tuple[str, str] | None:
    """The English sentence that a text is, and its Chinese with what is put in.

    A sentence that ends with a value has its stop before it, where the value is empty.
    """
    for whole, end in ((text, _STOPS[stop]), (text + stop, "")):
        for sentence, found in matching(whole, values=values):
            tables = sentences()
            words = tables[0][sentence] if sentence in tables[0] else tables[1][sentence]
            return sentence, f"{_CHINESE.vformat(words, (), found)}{end}"
    return None

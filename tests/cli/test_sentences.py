"""Sentences of the code and their Chinese: all that is said is there, and nothing else."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import sim
from sim.messages import speaking
from sim.sentences import sentences, spoken

CODE = Path(sim.__file__).parent
COVERED = (
    "cli", "experiment/cluster.py", "experiment/local.py", "experiment/pool.py",
    "explain/advice.py", "explain/advice_rules.py", "explain/request.py",
    "log/check.py", "log/records.py",
    "own_data/importing.py", "own_data/mapping.py", "own_data/sheets.py", "report/files.py",
    "report/document/results.py",
    "scenario/checks", "scenario/derived", "scenario/levels.py", "scenario/loading.py",
    "scenario/notices.py", "scenario/read", "scenario/schema",
    "season/locks.py", "season/plan.py", "season/reading.py", "season/reasons.py",
    "season/methods.py",
    "siting/assessment/judge.py", "siting/assessment/ruling.py", "siting/study.py",
    "world/calendar.py",
)  # fmt: skip
"""Where all that is said to a user has its Chinese."""
KEPT = re.compile(
    r"`[^`]*`|--[a-z-]+|\b[a-z_]+\.[\w.]+|\b[\w-]+\.(csv|yaml|html|md)\b|linli( \w+)?"
)
"""What stays as it is in Chinese: keys, options, files, commands."""
NO_SENTENCE = re.compile(r"^#|^\s*$|^(window|activities|  blocks): |\n  linli|^  \w+: ")
NOT_SAID = {
    "Input should be", "mapping values are not allowed", "could not find expected ':'",
    "found unexpected end of stream", "expected <block end>", "found incompatible YAML document",
    "this file and timetable.csv", "this file and programme/", "siting judged 7", "demand for 7",
    "must have 7 7 77", "77 logged, 7 simulated7", "(7 confidence, jointly)", " with 7 more7",
    ", 7 people (7), asked 7", " (7), 7 people",
    "Name for charts; empty: the key.", "Where the row comes from, in words.",
}  # fmt: skip
"""What libraries say, pages of keys, comments of files, seeds, and parts that are mere values."""
VALUE = "7"
CLICK = re.compile(
    r"(Error|Missing|No such (command|opt)|Option|Got|Invalid|Try|\'|\{value\} is not in)"
)
"""Begins what click says of options."""
MADE = re.compile(
    r"must (be of the form|have)|\{value\} is too|above|below|at (least|most)|not kept|"
    r"Over \{n\}|The plan made|a shorter|\{session\}|demand \{d\}|"
    r"\{centre\} at|\{(level\}: \{)?seen\}|\{kind\}|(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
)
"""Begins what is put together of single words."""


def _all() -> list[tuple[str, str]]:
    return [pair for table in sentences() for pair in table.items()]


def test_every_sentence_has_the_same_values_in_both_languages() -> None:
    whole, values = sentences()
    assert not whole.keys() & values.keys()
    for english, chinese in _all():
        assert _values(english) == _values(chinese), english
        assert re.search(r"[\u4e00-\u9fff×：，（]", chinese), english


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("part", COVERED)
def test_every_sentence_of_the_code_has_its_chinese(part: str) -> None:
    assert not [text for text in _said_in(CODE / part) if not _is_chinese(text)]


def _is_chinese(text: str) -> bool:
    """Whether a text is a sentence with Chinese, or stands within one that has it."""
    with speaking("zh"):
        if any(set(_words(spoken(text, value=value))) <= _kept() for value in (False, True)):
            return True
    return any(all(run in english for run in _runs(text)) for english, _ in _all())


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{3,}", KEPT.sub("", text))


def _runs(text: str) -> list[str]:
    """Runs of at least two words; of a text without one, the whole."""
    runs = re.findall(r"[A-Za-z][A-Za-z'-]*(?: [A-Za-z][A-Za-z'-]*)+", text)
    return runs or [text.strip()]


@lru_cache(maxsize=1)
def _kept() -> frozenset[str]:
    """Words that stand in Chinese sentences too: names of keys, of encodings, of units."""
    pieces = (piece for _, chinese in _all() for piece, *_ in string.Formatter().parse(chinese))
    return frozenset(word for piece in pieces for word in _words(piece))


def test_every_chinese_sentence_is_said() -> None:
    said = "\n".join(text for path in CODE.rglob("*.py") for text in _texts(path))
    for english, _ in _all():
        pieces = [piece for piece, *_ in string.Formatter().parse(english)]
        runs = {run for piece in pieces for run in _runs(piece) if " " in run}
        known = CLICK.match(english) or MADE.match(english)
        assert known or all(run in said for run in runs), english


def test_the_most_specific_sentence_is_found_part_by_part() -> None:
    with speaking("zh"):
        assert spoken("--budget 7: must be a number of yuan, 0 or larger") == (
            "--budget 7：应为金额（元），不小于 0"
        )
        assert spoken('a.yaml: "x" must be a number') == 'a.yaml："x" 应为数'
        assert spoken("Nobody has written this.") == "Nobody has written this."
    assert spoken("no such file") == "no such file"


def _said_in(part: Path) -> Iterator[str]:
    """Texts of at least three words that are neither docstrings nor helps."""
    for path in sorted(part.rglob("*.py")) if part.is_dir() else [part]:
        for text in _texts(path):
            if text.count(" ") < 2 or not re.search("[a-z]{3}", text) or text in NOT_SAID:
                continue
            if not NO_SENTENCE.search(text):
                yield text


def _texts(path: Path) -> Iterator[str]:
    """Every string of a file but docstrings and helps, with a value for each that is put in."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    skipped = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Call):
            helps = node.keywords if ast.unparse(node.func) == "with_options" else ()
            skipped |= {id(k.value) for k in node.keywords if k.arg in ("help", "metavar")}
            skipped |= {id(k.value) for k in helps}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(value) for value in node.values}
            if id(node) not in skipped:
                texts = [v.value if isinstance(v, ast.Constant) else VALUE for v in node.values]
                yield "".join(map(str, texts))
        elif id(node) not in skipped and isinstance(getattr(node, "value", None), str):
            yield node.value  # type: ignore[attr-defined]

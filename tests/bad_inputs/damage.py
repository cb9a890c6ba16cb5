"""Seeded damages of the bytes of YAML and CSV files."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

POLICIES = Path(__file__).parents[2] / "scenarios" / "policies"
VALUES = [
    "", "~", "0", "1", "-1", "0.4", "3000", "1e9", "1e308", "-1e308", "5e-324", "1e999", "9" * 30,
    "9" * 5000, ".nan", "-.inf", "nan", "inf", "x", "'1'", '"', "'", "true", "yes", "[]", "[1]",
    "[x]", "[[x]]", "{}", "{a: 1}", "{1: 1}", "{a: {b: 1}}", "{rule: x}", "{rule: constant}",
    "{rule: constant, value: 1000}", "{rule: elsewhere}", "{value: 1}", "2026-03-02", "2026-02-30",
    "9999-12-31", "0001-01-01", "19:10", "24:00", "99:99", "11-13", "13-11", "0-24", "Mon",
    "Mon-Sun", "gym", "talk", "Grand Hall", "Court 1", "elder", "adult", "compound", "x" * 100_000,
    "长" * 300, "a/b", "../a", "/", ".", "a" * 300 + ".yaml", "people.csv", "tiny.yaml",
    "\x00", "\x1b[2J",
    "\u202e", "\u2028", "\ufeff", "𝟙", "١", "社区", "e\u0301", "&a x", "*a", "!!python/name:os.x",
    "!x 1", "|", "> ", "? ", "- 1", "a: b", "#", "%", "@", "`", "0x10", "0o7", "1_000", "1,000",
    "[" * 60, "[" * 5000, "{a: " * 100, "[" * 30 + "]" * 30,
]  # fmt: skip
"""Written where a value or a cell stands."""
SNIPPETS = [
    b"\n", b"\t", b"  ", b": ", b"- ", b"{", b"}", b"[", b"]", b'"', b"'", b"&a ", b"*a", b"!!x ",
    b"---\n", b"...\n", b"? ", b"| ", b"> ", b"#", b"%", b"%YAML 1.1\n---\n", b"\x00", b"\x1b",
    b"\xff", b"\xed\xa0\x80", b"\xe7", b"\xef\xbb\xbf", b"<<: ", b",", b",,,", b";", b"\r", b"\r\n",
    b"\x85", b"\xe2\x80\xa8", b"\x0c", b"extends: tiny.yaml\n", b"fit: a\n", b"'\n\n", b'"\n"',
]  # fmt: skip
_VALUE = re.compile(r"(?<=[:\[,{] )[^\s,\[\]{}#][^,\[\]{}#\n]*|(?<=\[)[^,\[\]{}#\n]+")
_POLICY = r"(?ms)^policy:.*?(?=^\w|\Z)"
_KEY = re.compile(r"[\w.]+(?=:\s)")

Damage = Callable[[random.Random, str], str]


def _replaced(draw: random.Random, text: str, pattern: re.Pattern[str], put: Damage) -> str:
    """One match of the pattern, drawn at random, replaced."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = draw.choice(found)
    return text[: match.start()] + put(draw, match[0]) + text[match.end() :]


def _misspelt(draw: random.Random, word: str) -> str:
    at = draw.randrange(len(word))
    after = draw.choice(["", word[at] * 2, draw.choice("axz_ 1-"), word[at].swapcase()])
    return word[:at] + after + word[at + 1 :]


def _value(draw: random.Random, text: str) -> str:
    return _replaced(draw, text, _VALUE, lambda draw, old: draw.choice(VALUES))


def _number(draw: random.Random, text: str) -> str:
    """A number times a power of ten, negative, or a little off."""
    changes: list[Damage] = [
        lambda draw, old: f"-{old}",
        lambda draw, old: f"{old}{'0' * draw.randint(1, 12)}",
        lambda draw, old: f"0.{'0' * draw.randint(0, 8)}{old}",
        lambda draw, old: f"{old}.5",
        lambda draw, old: str(draw.randint(0, 100)),
    ]
    return _replaced(draw, text, re.compile(r"\d+"), draw.choice(changes))


def _tuned(draw: random.Random, text: str) -> str:
    """A whole number a little larger or smaller."""
    changed = [lambda n: 0, lambda n: 1, lambda n: n + 1, lambda n: 2 * n, lambda n: n // 2]
    change = draw.choice(changed)
    pattern = re.compile(r"(?<![\d.:-])[1-9]\d*(?![\d.:-])")
    return _replaced(draw, text, pattern, lambda draw, old: str(change(int(old))))


def _other_rules(draw: random.Random, text: str) -> str:
    """The policy of a shipped scenario in the place of the own."""
    policy = draw.choice(_policies())
    text = text.replace("warm_up_days: 7", "warm_up_days: 40")  # they book farther ahead
    own = re.search(_POLICY, text)
    return f"{text}\n{policy}" if own is None else text[: own.start()] + policy + text[own.end() :]


@cache
def _policies() -> list[str]:
    texts = [file.read_text("utf-8") for file in sorted(POLICIES.glob("*.yaml"))]
    found = [policy for text in texts for policy in re.findall(_POLICY, text)]
    return [re.sub("young_family|working_adult|older|oldest", "elder", policy) for policy in found]


def _swapped_values(draw: random.Random, text: str) -> str:
    other = draw.choice([m[0] for m in _VALUE.finditer(text)] or ["x"])
    return _replaced(draw, text, _VALUE, lambda draw, old: other)


def _key(draw: random.Random, text: str) -> str:
    return _replaced(draw, text, _KEY, _misspelt)


def _other_key(draw: random.Random, text: str) -> str:
    keys = [*(m[0] for m in _KEY.finditer(text)), "<<", "*a", "k" * 2000, "1", "null", '"\x07"']
    return _replaced(draw, text, _KEY, lambda draw, old: draw.choice(keys))


def _anchored(draw: random.Random, text: str) -> str:
    text = _replaced(draw, text, _VALUE, lambda draw, old: f"&a {old}")
    return _replaced(draw, text, _VALUE, lambda draw, old: "*a")


def _bombed(draw: random.Random, text: str) -> str:
    """Aliases of aliases, which would be millions of values written out."""
    lines = [f"b{i}: &b{i} [{', '.join([f'*b{i - 1}' if i else 'x'] * 9)}]" for i in range(9)]
    return "\n".join([text, *lines[: draw.randint(1, 9)]])


def _block(draw: random.Random, text: str) -> str:
    """A key with all below it: left out, doubled, or moved."""
    lines = text.split("\n")
    first = draw.randrange(len(lines))
    indent = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and lines[last].startswith(" " * (indent + 1)):
        last += 1
    block, rest = lines[first:last], lines[:first] + lines[last:]
    to = draw.randint(0, len(rest))
    return "\n".join(
        draw.choice([rest, lines[:last] + lines[first:], rest[:to] + block + rest[to:]])
    )


def _indented(draw: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    lines[at] = draw.choice([" ", "  ", "\t", "    "]) + lines[at].removeprefix(
        draw.choice(["", "  "])
    )
    return "\n".join(lines)


def _cells(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.split("\n")]


def _joined(rows: list[list[str]], delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(row) for row in rows)


def _cell(draw: random.Random, text: str) -> str:
    rows = _cells(text)
    row = draw.choice(rows)
    at = draw.randrange(len(row))
    row[at] = draw.choice([draw.choice(VALUES), draw.choice(VALUES), f'"{row[at]}'])
    return _joined(rows)


def _other_cell(draw: random.Random, text: str) -> str:
    """A cell as in another row of its column."""
    rows = _cells(text)
    row, other = draw.choice(rows), draw.choice(rows)
    at = draw.randrange(min(len(row), len(other)))
    row[at] = other[at]
    return _joined(rows)


def _header(draw: random.Random, text: str) -> str:
    header, _, rest = text.partition("\n")
    names = header.split(",")
    at = draw.randrange(len(names))
    names[at] = draw.choice(
        [_misspelt(draw, names[at] or "x"), "", draw.choice(names), names[at].upper()]
    )
    return f"{','.join(names)}\n{rest}"


def _rows(draw: random.Random, text: str) -> str:
    """Rows shuffled, dropped, doubled, or added by the thousand."""
    lines = text.split("\n")
    header, rows = lines[:1], lines[1:]
    kept = [row for row in rows if draw.random() < 0.7]
    shuffled = draw.sample(rows, len(rows))
    some = draw.choice(rows or [""])
    return "\n".join(
        draw.choice(
            [header + kept, header + shuffled, [*lines, some], lines + [some] * 3000, header, rows]
        )
    )


def _columns(draw: random.Random, text: str) -> str:
    """A column left out, doubled or moved, in all rows."""
    rows = _cells(text)
    width = len(rows[0])
    order = draw.sample(range(width), width) if draw.random() < 0.5 else list(range(width))
    if draw.random() < 0.7:
        at = draw.randrange(width)
        order = draw.choice([[i for i in order if i != at], [*order, at]])
    return _joined([[row[i] for i in order] if len(row) == width else row for row in rows])


def _delimited(draw: random.Random, text: str) -> str:
    return text.replace(",", draw.choice([";", "\t", "|", ", ", ",,", "，"]))


def _newlines(draw: random.Random, text: str) -> str:
    return text.replace("\n", draw.choice(["\r\n", "\r", "\n\n", "\n\r", "", "\u2028", "\x85"]))


def _in_bytes(draw: random.Random, data: bytes) -> bytes:
    """Bytes put in, cut out or cut off; another encoding; other bytes altogether."""
    at, cut = draw.randrange(len(data) + 1), draw.choice([0, 0, 1, 5, 12])
    put = draw.choice([draw.choice(SNIPPETS), draw.choice(SNIPPETS), draw.randbytes(3)])
    text = data.decode("utf-8", "replace")
    return draw.choice(
        [
            *[data[:at] + put + data[at + cut :]] * 6,
            data[:at],
            b"\xef\xbb\xbf" + data,
            text.encode("utf-16"),
            text.replace("a", "é").encode("latin-1", "replace"),
            data * 2,
            draw.randbytes(draw.randint(0, 300)),
            b"",
        ]
    )


_ROUGH: dict[str, list[Damage]] = {
    ".yaml": [
    _value, _value, _value, _number, _number, _number, _swapped_values, _key, _other_key, _anchored,
    _bombed, _block, _block, _indented, _newlines,
    ],
    ".csv": [
    _cell, _cell, _cell, _other_cell, _number, _number, _header, _rows, _columns, _delimited,
        _newlines,
    ],
}  # fmt: skip


_GENTLE: dict[str, list[Damage]] = {
    ".yaml": [_number, _tuned, _tuned, _swapped_values, _block, _other_rules, _other_rules],
    ".csv": [_number, _tuned, _rows, _columns, _other_cell],
}
"""Damages that leave a scenario legal more often than not."""


def damaged(draw: random.Random, name: str, data: bytes, gentle: bool) -> bytes:
    """The bytes of a file with one damage."""
    if not gentle and draw.random() < 0.2:
        return _in_bytes(draw, data)
    ending = name[name.rindex(".") :]
    damage = draw.choice((_GENTLE if gentle else _ROUGH)[ending])
    text = data.decode("utf-8", "surrogateescape")
    return damage(draw, text).encode("utf-8", "surrogateescape")

"""Which row of a sheet holds the headers, which table it is, and which field each header means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from sim.own_data.fields import FIELDS, TABLE_NAMES, TableName

FLOOR = 82.0
"""Least likeness, of 100, by which a header is taken for a word that it is not."""
NEAR = 3.0
"""Two fields whose likeness differs by less are too near to choose between."""
_ROWS = 30
_LONGEST = 24
_PERSONAL = re.compile(
    "姓名|电话|手机|身份证|证件|邮箱|联系人|联系方式|微信|预约人$|申请人|备注|留言|住址"
    "|phone|mobile|e-?mail|passport|identity|person|remark|comment|surname|customer name"
)
_AGE = re.compile(
    r"^(\d{1,3})(?:岁)?(?:[-~至到](\d{1,3})岁?|岁?(?:及|\(含\))?(以上|以下|\+))(?:人口|人数|人)?$"
)


@dataclass(frozen=True, slots=True)
class Match:
    """What a column was taken for.

    Attributes
    ----------
    field
        None where no field is like it.
    why
        In words.
    rivals
        Fields between which only a person can tell.
    """

    field: str | None
    why: str
    rivals: tuple[str, ...] = ()


@cache
def plain(text: str) -> str:
    """A text without what does not distinguish it: width, case, spaces, brackets, marks."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】|[*:：_'\"‘’“”]", "", text)
    return (
        re.sub(r"\s+", "", text)
        if re.search("[\u4e00-\u9fff]", text)
        else re.sub(r"\s+", " ", text.replace("-", " ")).strip()
    )


def unit(header: str) -> str:
    """What stands in brackets in a header."""
    found = re.search(r"\(([^)]*)\)", unicodedata.normalize("NFKC", header))
    return found[1].strip().lower() if found else ""


def is_personal(header: str) -> bool:
    """Whether a header names a person's data, whatever it was mapped to."""
    word = plain(header)
    return bool(_PERSONAL.search(word)) or any(
        word in _WORDS[table, name]
        for table, fields in FIELDS.items()
        for name, field in fields.items()
        if field.personal
    )


def age_band(header: str) -> tuple[int, int] | None:
    """First and last age of a header such as `0-14岁`, `60岁以上` or `75+`; last 200: no end."""
    word = re.sub(r"人口|人数|年龄|岁数", "", plain(header)).replace("—", "-").replace("–", "-")
    found = _AGE.match(word)
    if not found or ("岁" not in header and not found[3] and "-" not in word):
        return None
    first, last, open_end = int(found[1]), found[2], found[3]
    if open_end == "以下":
        return 0, first - (0 if "及" in word or "含" in word else 1)
    return first, int(last) if last else 200


_WORDS = {
    (table, name): tuple(plain(word) for word in field.words)
    for table, fields in FIELDS.items()
    for name, field in fields.items()
}


@cache
def _likeness(word: str, table: TableName, name: str) -> float:
    """100 for a field's first word, a little less for the next, less for what is only alike."""
    words = _WORDS[table, name]
    if word in words:
        return 100 - words.index(word) * 0.05
    endings = [84 + 2 * len(w) for w in words if len(w) > 1 and w >= "一" and word.endswith(w)]
    alike = process.extractOne(word, [w for w in words if len(w) > 3], scorer=fuzz.ratio)
    best = max([*endings, min(alike[1], 96) if alike else 0])
    return best if best >= FLOOR else 0.0


def match_headers(headers: Sequence[str], table: TableName) -> list[Match]:
    """Take each header for the field it is most like, each field once, the surest first."""
    fields = FIELDS[table]
    likes: dict[tuple[int, str], float] = {}
    for column, header in enumerate(headers):
        word = plain(header)
        if not word or len(word) > _LONGEST or (table == "population" and age_band(header)):
            continue
        for name, field in fields.items():
            score = _likeness(word, table, name)
            if score:
                likes[column, name] = score + 5 * field.needed
    if {name for _, name in likes} & {"date", "period"}:  # the use has columns of its own
        likes = {
            k: s for k, s in likes.items() if k[1] != "start" or (k[0], "made_at") not in likes
        }
    found: dict[int, Match] = {}
    taken: set[str] = set()
    for (column, name), score in sorted(likes.items(), key=lambda item: -item[1]):
        if column in found or name in taken:
            continue
        rivals = _rivals(column, name, likes, taken, found)
        if rivals and not fields[name].needed and not fields[name].personal:
            found[column] = Match(None, f"may be {' or '.join(rivals)}", rivals)
            continue
        taken.add(name)
        likeness = score - 5 * fields[name].needed
        how = "the word itself" if likeness > 96 else f"alike to {likeness:.0f} %"
        found[column] = Match(name, how)
    for column, header in enumerate(headers):
        band = age_band(header) if table == "population" and column not in found else None
        if band:
            found[column] = Match(f"age_{band[0]}_{band[1]}", "an age band")
    return [found.get(i, Match(None, "no field is like it")) for i in range(len(headers))]


def _rivals(
    column: int,
    name: str,
    likes: Mapping[tuple[int, str], float],
    taken: set[str],
    found: Mapping[int, Match],
) -> tuple[str, ...]:
    """Fields that a column may just as well be, unless another column is one of them."""
    near = [name]
    for (other, rival), score in likes.items():
        if other != column or rival == name or rival in taken:
            continue
        elsewhere = any(
            n == rival and c != column and c not in found and s >= score
            for (c, n), s in likes.items()
        )
        if likes[column, name] - score < NEAR and not elsewhere:
            near.append(rival)
    return tuple(sorted(near)) if len(near) > 1 else ()


def _says_enough(table: TableName, names: set[str]) -> bool:
    """Whether a sheet with these fields can be the table."""
    if table == "venues":
        about = {"kind", "capacity", "area_m2", "hours", "tier", "lon", "centre"}
        return "venue" in names and bool(names & about) and not names & {"date", "status"}
    if table == "bookings":
        return bool(
            "venue" in names
            and names & {"date", "start", "period", "made_at"}
            and names & {"status", "end", "period", "duration", "made_at", "booking"}
        )
    if table == "numbers":
        return {"key", "base"} <= names
    counted = names & {"people", "households"} or any(n.startswith("age_") for n in names)
    return bool(names & {"community", "compound"} and counted)


def find_header(
    rows: Sequence[Sequence[str]], table: TableName | None = None
) -> tuple[int, TableName] | None:
    """Which of the first rows names the columns, and of which table; None if none does."""
    best: tuple[float, int, TableName] | None = None
    for number, row in enumerate(rows[:_ROWS]):
        headers = [cell if cell not in row[:i] else "" for i, cell in enumerate(row)]
        if len({h for h in headers if h}) < 2:
            continue
        for name in (table,) if table else TABLE_NAMES:
            matches = match_headers(headers, name)
            names = {m.field for m in matches if m.field} | {r for m in matches for r in m.rivals}
            score = len(names) + 0.5 * sum(m.why == "the word itself" for m in matches)
            if _says_enough(name, names) and (best is None or score > best[0]):
                best = score, number, name
    return None if best is None else (best[1], best[2])

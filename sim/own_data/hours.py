"""Opening hours in words: `周一至周五 8:30-12:00，14:00-21:00；周末延长至22:00；节假日休息`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from sim.own_data.values import clock, normal, stretch
from sim.scenario.derived.openings import Stretch, Week, joined
from sim.scenario.schema.tables import DAYS

_EVERY, _WEEKDAYS, _WEEKEND = tuple(range(7)), tuple(range(5)), (5, 6)
_HOLIDAY = (7,)
_ENGLISH = ("mo", "tu", "we", "th", "fr", "sa", "su")
_DAY = r"(?:(?:星期|礼拜|周)[一二三四五六日天]|\b(?:mo|tu|we|th|fr|sa|su)(?:n|nday|e|es|esday|d|dnesday|u|r|rs|rsday|i|iday|t|turday)?\b\.?)"
_TIME = (
    r"(?:(?:凌晨|早上|早|上午|中午|下午|傍晚|晚上|晚)?\s*(?:\d{1,2}\s*[:点时]\s*(?:\d{2}|半)?分?"
    r"|[一二三四五六七八九十]{1,3}点半?)\s*(?:[ap]m)?|\d{1,2}\s*[ap]m)"
)
_TOKENS: tuple[tuple[str, str], ...] = (
    ("except", r"除外|除了?(?=周|星期|节|法)|except"),
    ("closed", r"闭馆|休馆|休息|不开放|不营业|关闭|关门|闭|休|closed|off\b"),
    ("extend", r"(?:延长|延迟|延时|延)(?:开放|营业)?(?:至|到)|until"),
    ("span", rf"{_DAY}\s*(?:-|至|到|to)\s*(?:{_DAY}|[一二三四五六日天](?![一二三四五六七八九十点]))"),
    ("list", r"(?:周|星期)[一二三四五六日天](?:\s*[、,]?\s*[一二三四五六日天](?![点一二三四五六七八九十]))+"),
    ("holiday", r"(?:国家|国定)?法定(?:节)?假日|节假日|节日|假日|holidays?|ph\b"),
    ("weekend", r"双休日|周末|weekends?"),
    ("weekday", r"工作日|平日|weekdays?"),
    ("every", r"全年无休|每天|每日|全周|天天|daily|everyday|every day"),
    ("day", _DAY),
    ("allday", r"全天候?|24\s*小时|24/7|24h|all day"),
    ("range", rf"{_TIME}\s*(?:-|至|到|to)\s*(?:次日|第二天|翌日)?\s*(?:{_TIME}|\d{{1,2}}(?![\d:]))"),
    ("time", _TIME),
    ("filler", r"\(|\)|[,，、。.:;；/+&\s\n]|每(?=周|星期)|和|及|与|的|均|为|开放时间|营业时间|时间|开放|营业|照常|正常|open|and"),
)  # fmt: skip
_LEXER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _TOKENS))


class NotUnderstood(ValueError):
    """The part of a text that says nothing known."""


class OpeningHours(NamedTuple):
    """A week, and whether holidays were named or are assumed to be like Sundays."""

    week: Week
    holidays_named: bool


def opening_hours(text: str) -> OpeningHours:
    """Week of a text in words or in the plain part of OpenStreetMap's `opening_hours`.

    Raises
    ------
    NotUnderstood
        If any part of it says nothing known, or nothing is open.
    """
    return _Reader(normal(text.replace("\n", ";"))).read()


def _days(kind: str, text: str) -> tuple[int, ...]:
    if kind == "span":
        ends = re.split(r"\s*(?:-|至|到|to)\s*", text)
        first, last = _day(ends[0]), _day(ends[1])
        return tuple((first + i) % 7 for i in range((last - first) % 7 + 1))
    if kind == "list":
        return tuple(_day(one) for one in re.findall("[一二三四五六日天]", text))
    if kind == "day":
        return (_day(text),)
    return {"holiday": _HOLIDAY, "weekend": _WEEKEND, "weekday": _WEEKDAYS, "every": _EVERY}[kind]


def _day(text: str) -> int:
    last = text.rstrip(".")[-1]
    if last in "一二三四五六日天":
        return "一二三四五六日天".index(last) % 7 if last != "天" else 6
    return _ENGLISH.index(text[:2])


class _Reader:
    """Reads tokens in order: days, then what holds on them; or stretches, then their days."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position = 0
        for found in _LEXER.finditer(text):
            if found.start() > position:
                raise NotUnderstood(text[position : found.start()])
            position = found.end()
            if found.lastgroup != "filler":
                self.tokens.append((str(found.lastgroup), found[0]))
            elif re.search("[;；()]", found[0]) and self.tokens and self.tokens[-1][0] != "end":
                self.tokens.append(("end", found[0]))
        if position < len(text):
            raise NotUnderstood(text[position:])
        self.days: list[tuple[Stretch, ...]] = [()] * 8
        self.set: dict[int, tuple[int, ...]] = {}
        self.latest: tuple[Stretch, ...] = ()
        self.at = 0

    def _take(self, *kinds: str) -> list[tuple[str, str]]:
        found = []
        while self.at < len(self.tokens) and self.tokens[self.at][0] in kinds:
            found.append(self.tokens[self.at])
            self.at += 1
        return found

    def _named(self) -> tuple[int, ...]:
        names = self._take("span", "list", "day", "holiday", "weekend", "weekday", "every")
        return tuple(dict.fromkeys(day for name in names for day in _days(*name)))

    def read(self) -> OpeningHours:
        closed: set[int] = set()
        while self.at < len(self.tokens):
            if self._take("end"):
                continue
            before = self.at
            days = self._named()
            if self._take("closed", "except"):
                days = days or self._named()
                closed |= set(days)
                if not days:
                    raise NotUnderstood(self.tokens[before][1])
            elif self._take("extend"):
                self._extend(days or _EVERY, self._take("time"))
            else:
                self._open(days, before)
        for day in closed:
            self.days[day] = ()
        if not any(self.days):
            raise NotUnderstood("no time of opening")
        named = 7 in self.set or 7 in closed
        if not named:
            self.days[7] = self.days[6]
        return OpeningHours(tuple(self.days), named)

    def _open(self, days: tuple[int, ...], before: int) -> None:
        spans = [_span(*token) for token in self._take("range", "allday")]
        if not spans:
            raise NotUnderstood(self.tokens[min(before + bool(days), len(self.tokens) - 1)][1])
        if not days:
            here = self.at
            self._take("end")
            days = self._named()
            if self.at < len(self.tokens) and self.tokens[self.at][0] not in ("end",):
                self.at, days = here, ()
        days = days or _EVERY
        for day in days:
            same = self.set.get(day) == days
            kept = self.days[day] if same else ()
            self.days[day] = self.latest = tuple(joined([*kept, *spans]))
            self.set[day] = days

    def _extend(self, days: tuple[int, ...], times: list[tuple[str, str]]) -> None:
        until = clock(times[0][1]) if len(times) == 1 else float("nan")
        for day in days:
            spans = self.days[day] or self.latest  # the hours named before hold there too, longer
            if until != until or not spans or until <= spans[-1][0]:
                raise NotUnderstood("an extension without hours that it extends")
            self.days[day] = (*spans[:-1], (spans[-1][0], int(until)))
            self.set[day] = days


def _span(kind: str, text: str) -> Stretch:
    if kind == "allday":
        return 0, 1440
    start, end = stretch(re.sub("次日|第二天|翌日", "", text))
    if start != start or end != end or start >= 1440:
        raise NotUnderstood(text)
    if end <= start:
        end += 1440
    if end > 2880 or end - start > 1440:
        raise NotUnderstood(text)
    return int(start), int(end)


def in_words(week: Week) -> str:
    """A week as people write it; `opening_hours` reads it back."""
    clauses = []
    for days in _alike(week):
        names = _names(days)
        spans = "，".join(f"{_clock(a)}-{_clock(b)}" for a, b in week[days[0]])
        clauses.append(f"{names} {spans}" if spans else f"{names}休息")
    return "；".join(clauses)


def rows_of(name: str, week: Week, source: str) -> list[dict[str, str]]:
    """Rows of `hours.csv`."""
    return [
        {"hours": name, "days": " ".join(DAYS[d] for d in days), "open": _clock(a), "close": _clock(b), "source": source}
        for days in _alike(week)
        for a, b in week[days[0]]
    ]  # fmt: skip


def _alike(week: Week) -> list[list[int]]:
    groups: dict[tuple[Stretch, ...], list[int]] = {}
    for day, spans in enumerate(week):
        groups.setdefault(spans, []).append(day)
    return list(groups.values())


def _names(days: list[int]) -> str:
    words = ["周" + "一二三四五六日"[d] if d < 7 else "节假日" for d in days]
    usual = [d for d in days if d < 7]
    if len(usual) > 2 and usual[-1] - usual[0] == len(usual) - 1:
        words = [f"{words[0]}至{words[len(usual) - 1]}", *words[len(usual) :]]
    return "、".join(words)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def slots_fit(weeks: Mapping[str, Week]) -> int:
    """Largest slot grid of at most 30 minutes on which all opening hours lie."""
    return math.gcd(
        30, *(m for week in weeks.values() for day in week for span in day for m in span)
    )

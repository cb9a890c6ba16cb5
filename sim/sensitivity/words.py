"""Findings in sentences, and what to ask the operator for, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.metrics import METRICS
from sim.sensitivity.findings import LEVEL, ROBUST, Driven, Findings
from sim.stats.given_data import FEW
from sim.studies.comparison_words import noun
from sim.words import capital, counted, joined, signed

NOISY = 0.1
"""Share of a spread above which it is said that luck within draws is in it."""


def headline(findings: Findings) -> str:
    """The first sentence of an answer."""
    if findings.asked.of == "compare":
        driven = max(findings.driven, key=lambda d: abs(d.base))
        return _decision(findings, driven)
    return _figure(findings, findings.driven[0])


def lines(findings: Findings) -> list[str]:
    """What the terminal and the manifest say."""
    s = findings.asked
    compare = s.of == "compare"
    told = [_decision(findings, d) if compare else _figure(findings, d) for d in findings.driven]
    told += [_depends(findings, d) for d in findings.driven]
    told.append(_behind(findings))
    return [line for line in told if line]


def _behind(findings: Findings) -> str:
    """How many draws there are, how many could not be fitted, and whether they are few."""
    s = findings.asked
    n, lost = len(s.reached), int((~s.reached).sum())
    words = f"{counted(n, 'draw')} of {counted(len(s.dimensions), 'input')}"
    if not s.refitted:
        words += "; none was fitted again: the level of demand is given by hand"
    else:
        words += ", each fitted to the same totals"
    if lost:
        words += f"; {counted(lost, 'draw')} could not be, and no range holds them"
    few = f". Fewer than {FEW}: no driver is ranked" if n - lost < FEW else ""
    luck = max((d.noise for d in findings.driven), default=0.0)
    more = f". Up to {luck:.0%} of the spread is luck within draws" if luck > NOISY else ""
    return f"{words}{few}{more}."


def _figure(findings: Findings, driven: Driven) -> str:
    table = findings.intervals
    at = (table["metric"] == driven.target.metric) & (table["group"] == "all")
    row = table[at & (table["scenario"] == findings.asked.labels[driven.target.scenario])].iloc[0]
    words = METRICS[driven.target.metric].headline or driven.target.metric
    chance = (
        f" ({row.ci_low:.1%} to {row.ci_high:.1%} by chance)" if row.ci_low == row.ci_low else ""
    )
    if not row.draws:
        return f"{row['mean']:.1%} {words}{chance}; no draw could be fitted."
    return (
        f"{row['mean']:.1%} {words}{chance}; {row.assumption_low:.0%} to "
        f"{row.assumption_high:.0%} in {LEVEL:.0%} of draws of the assumptions."
    )


def _decision(findings: Findings, driven: Driven) -> str:
    s, t = findings.asked, driven.target
    table = findings.differences
    at = (table["metric"] == t.metric) & (table["group"] == "all")
    row = table[at & (table["scenario"] == s.labels[t.scenario])].iloc[0]
    verb = METRICS[t.metric].words
    assert verb is not None
    side = "more" if driven.base > 0 else "fewer"
    points = f"{abs(100 * driven.base):.1f}"
    words = f"{s.labels[t.scenario]} {verb.verb} {points} points {side}{verb.of} than {s.labels[0]}"
    span = f"{signed(100 * row.assumption_low)} to {signed(100 * row.assumption_high)}"
    share = f"{side} in {driven.same:.0%} of draws, {span} points"
    if row.verdict == "no difference seen":
        return f"{s.labels[t.scenario]} differs from {s.labels[0]} by no more than chance; {span}."
    if row.verdict == "too few draws":
        return f"{capital(words)} ({share}); too few draws for a verdict."
    if row.verdict == "robust":
        return f"Robust: {words} ({share})."
    if row.verdict == "not supported":
        return f"Not supported: {words} in the scenario itself, but {share}."
    if driven.flip is None:
        return f"Depends on the assumptions: {words} ({share}); no single one turns it."
    flip = driven.flip
    return (
        f"{capital(words)} unless {findings.rule(flip)}: there it turns in {flip.inside:.0%} of "
        f"draws, elsewhere in {flip.outside:.0%} ({share})."
    )


def _depends(findings: Findings, driven: Driven) -> str:
    """Which inputs a figure depends on, and how many are not seen to matter."""
    s, ranked = findings.asked, driven.ranked
    if len(driven.values) < FEW:
        return ""
    what = noun(driven.target.metric)
    if driven.target.baseline is not None:
        what = f"{s.labels[driven.target.scenario]} against {s.labels[0]}"
    if not ranked:
        return f"{capital(what)}: no input stands out from chance."
    named = [
        f"{s.dimensions[j].name} ({driven.found.index[j]:.0%} of the spread)" for j in ranked[:4]
    ]
    rest = len(s.dimensions) - len(ranked)
    return (
        f"{capital(what)}: most depends on {joined(named)}; "
        f"{counted(rest, 'input')} not seen to matter."
    )


ASKED: Mapping[str, tuple[str, str]] = {
    "off_platform": (
        "Occupied hours of all rooms that no booking shows: four ordinary weeks, every room, "
        "counted each hour (own classes, groups from chats, walk-ins)",
        "平台外使用：全部场地连续四个普通周、逐小时清点未经平台预约的占用（自办课程、群内约定、直接进入）",
    ),
    "choice": (
        "Bookings with the compound of the booker and the venue, one year, without names",
        "一年预约记录：预约人所在小区、场地、时间（不含姓名）",
    ),
    "segments.adopters": (
        "Number of different bookers a month, by age group",
        "按年龄组统计的每月不同预约人数",
    ),
    "segments": (
        "Bookings by age group, weekday and holiday; how people came (walk, bicycle)",
        "按年龄组、工作日与节假日统计的预约；到达方式（步行、骑行）",
    ),
    "travel": (
        "How people came and how long it took, 200 answers at the door",
        "门口问卷 200 份：到达方式与用时",
    ),
    "demand.responses": (
        "Every refused request, with an anonymous number of the asker, for three months: who comes "
        "back, when, and for what",
        "三个月内每次未成功的预约请求（匿名编号）：是否再次预约、何时、何种场地",
    ),
    "demand.no_show": (
        "Arrivals (door or check-in records) beside bookings, three months",
        "三个月签到或门禁记录，与预约对照",
    ),
    "demand.cancellation": (
        "Cancellations with the time at which each was made, one year",
        "一年取消记录及取消时间",
    ),
    "demand": (
        "Bookings with start, length, time of booking and kind of room, one year",
        "一年预约记录：开始时间、时长、提交时间、场地类型",
    ),
    "policy": (
        "The rules in force and since when: window, limits, penalties",
        "现行规则及生效日期：可预约天数、限额、处罚",
    ),
    "activities": (
        "Sessions with room, day, hour, places, sign-ups and people who came, one year",
        "一年活动清单：场地、日期、时段、名额、报名数、到场数",
    ),
    "households": (
        "Occupied dwellings of each compound, from property management",
        "各小区实际入住户数（物业）",
    ),
}
"""First steps of a key, or the name of a tie -> what would tell its value, in two languages."""


def asked_for(name: str, keys: tuple[str, ...]) -> tuple[str, str]:
    """What to ask for to know an input, English and Chinese."""
    key = keys[0] if keys else name
    steps = key.split(".")
    tries = [f"{steps[0]}.{steps[-1]}", ".".join(steps[:2]), steps[0], name]
    found = next((ASKED[one] for one in tries if one in ASKED), None)
    return found or (f"Whatever tells {name}", f"能够说明“{name}”的资料")


def data_request(findings: Findings, most: int = 5) -> str:
    """`data-request.md`: what would narrow the answer most, and by how much."""
    rows = list(_wanted(findings))[:most]
    s = findings.asked
    if not rows:
        reason = f"fewer than {FEW} draws" if s.reached.sum() < FEW else "no input stands out"
        return (
            f"# Data request 数据需求\n\nNothing to ask for yet: {reason}.\n\n暂无可请求的数据。\n"
        )
    compare = s.of == "compare"
    en_worth, zh_worth = ("worth", "价值") if compare else ("narrows the range by", "可使区间缩小")
    english = [
        "# Data request",
        "",
        f"The answer for {joined(s.labels)} depends on what nobody has counted.",
        f"Of {counted(len(s.dimensions), 'assumption')} these matter most, found by "
        f"{counted(int(s.reached.sum()), 'draw')} of all of them.",
        "",
        f"| please send | it settles | {en_worth}, points |",
        "| --- | --- | --- |",
        *(f"| {en} | {name} | {worth} |" for name, en, _, worth in rows),
    ]
    chinese = [
        "",
        "# 数据需求",
        "",
        f"{'、'.join(s.labels)} 的结论取决于尚无人统计的假设。",
        f"在 {len(s.dimensions)} 项假设中，以下最为关键"
        f"（依据 {int(s.reached.sum())} 次联合抽样）。",
        "",
        f"| 请提供 | 可确定的假设 | {zh_worth}（百分点） |",
        "| --- | --- | --- |",
        *(f"| {zh} | {name} | {worth} |" for name, _, zh, worth in rows),
    ]
    return "\n".join([*english, *chinese, ""])


def _wanted(findings: Findings) -> Iterator[tuple[str, str, str, str]]:
    """Input, English, Chinese, and worth in points with its interval; the most worth first."""
    s = findings.asked
    keys = {d.name: d.keys for d in s.dimensions}
    table = findings.drivers
    first = table[table["question"] == findings.driven[0].name].copy()
    ranked = {
        d.name for driven in findings.driven for d in (s.dimensions[j] for j in driven.ranked)
    }
    first = first[first["input"].isin(ranked)].sort_values("worth", ascending=False, kind="stable")
    for row in first.to_dict("records"):
        worth = 100 * np.array([row["worth"], row["worth_low"], row["worth_high"]], dtype=float)
        if not worth[0] >= 0.05:
            continue
        en, zh = asked_for(row["input"], keys[row["input"]])
        yield row["input"], en, zh, f"{worth[0]:.1f} ({worth[1]:.1f} to {worth[2]:.1f})"


def summary(findings: Findings) -> dict[str, Any]:
    """What is printed and noted in the manifest."""
    s = findings.asked
    return {
        "of": s.of,
        "scenarios": list(s.labels),
        "draws": len(s.reached),
        "not_fitted": int((~s.reached).sum()),
        "inputs": len(s.dimensions),
        "robust_from": ROBUST,
        "headline": headline(findings),
        "lines": lines(findings),
    }

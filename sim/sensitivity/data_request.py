"""What to ask the operator for: the data that would narrow an answer most, in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.sensitivity.findings import CHOSEN, Findings
from sim.stats.given_data import FEW
from sim.words import counted, joined

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


UNITS = {
    "share": ("points", "百分点"),
    "times": ("times today's demand", "当前需求的倍数"),
    "person_hours": ("person-hours a year", "每年人时"),
    "count": ("requests a year", "每年请求"),
}
"""Unit of an answer -> of what knowing an input is worth, in two languages."""


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
    chosen = s.of in CHOSEN
    en_worth, zh_worth = ("worth", "价值") if chosen else ("narrows the range by", "可使区间缩小")
    units = UNITS[s.unit]
    english = [
        "# Data request",
        "",
        f"The answer for {joined(s.labels)} depends on what nobody has counted.",
        f"Of {counted(len(s.dimensions), 'assumption')} these matter most, found by "
        f"{counted(int(s.reached.sum()), 'draw')} of all of them.",
        "",
        f"| please send | it settles | {en_worth}, {units[0]} |",
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
        f"| 请提供 | 可确定的假设 | {zh_worth}（{units[1]}） |",
        "| --- | --- | --- |",
        *(f"| {zh} | {name} | {worth} |" for name, _, zh, worth in rows),
    ]
    return "\n".join([*english, *chinese, ""])


def _wanted(findings: Findings) -> Iterator[tuple[str, str, str, str]]:
    """Input, English, Chinese, and worth in points with its interval; the most worth first."""
    s = findings.asked
    keys = {d.name: d.keys for d in s.dimensions}
    table = findings.drivers
    first = table[table["question"] == findings.figure_drivers[0].name].copy()
    ranked = {
        d.name
        for driven in findings.figure_drivers
        for d in (s.dimensions[j] for j in driven.ranked)
    }
    first = first[first["input"].isin(ranked)].sort_values("worth", ascending=False, kind="stable")
    for row in first.to_dict("records"):
        worth = np.array([row["worth"], row["worth_low"], row["worth_high"]], dtype=float)
        worth *= 100.0 if s.unit == "share" else 1.0
        digits = 0 if s.of == "site" else 1
        if not worth[0] >= 0.5 * 10**-digits:
            continue
        en, zh = asked_for(row["input"], keys[row["input"]])
        mean, low, high = (f"{value:,.{digits}f}" for value in worth)
        yield row["input"], en, zh, f"{mean} ({low} to {high})"

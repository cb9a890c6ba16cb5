"""A world as its operators would export it: a workbook of venues and people, bookings in GBK.

It is what `linli import` reads, so that a tutorial and tests have files to begin with.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from sim.log.records import CANCELLED, KEPT, NO_SHOW, BookingLog
from sim.own_data.hours import in_words
from sim.own_data.population import AGES, NOT_RESIDENT, OLDEST
from sim.report.files import atomic_write
from sim.scenario.derived.openings import weeks
from sim.scenario.inputs import Inputs
from sim.scenario.schema.base import whole_label

_TIERS = {"subdistrict": "街道级", "community": "社区级", "compound": "小区级"}
_ACCESS = {"public": "市民", "community": "本社区居民", "compound": "本小区居民"}
_STATUSES = {KEPT: "已完成", CANCELLED: "已取消", NO_SHOW: "爽约"}
_PHONE = 199_0000_0000


def venue_list(inputs: Inputs) -> pd.DataFrame:
    """The list of venues, a row each."""
    tables, scenario = inputs.tables, inputs.scenario
    hours = {name: in_words(week) for name, week in weeks(tables.hours).items()}
    centres = {row.centre: row for row in tables.centres}
    zones = {row.community: row.zone for row in tables.communities}
    rows = []
    for venue in tables.venues:
        centre = centres[venue.centre]
        rows.append(
            {
                "片区": zones[centre.community],
                "社区": centre.community,
                "小区": centre.compound or "",
                "邻里中心": centre.centre,
                "场地名称": venue.venue,
                "类型": (whole_label(scenario.kinds[venue.kind].label) or venue.kind).split(" ")[0],
                "面积(㎡)": venue.area_m2,
                "容纳人数": venue.capacity,
                "开放时间": hours[venue.hours],
                "层级": _TIERS[centre.tier],
                "开放对象": _ACCESS[venue.access],
                "预约单位(分钟)": venue.slot_minutes,
                "免预约": "是" if venue.drop_in == "yes" else "否",
                "经度(WGS84)": centre.lon,
                "纬度": centre.lat,
            }
        )
    return pd.DataFrame(rows)


def population_table(inputs: Inputs) -> pd.DataFrame:
    """Residents of compounds and villages by age band; not who works or studies there."""
    people: dict[str, dict[str, int]] = {}
    for row in inputs.tables.people:
        people.setdefault(row.origin, {})[row.segment] = row.people
    adults = set(inputs.scenario.segments) - set(AGES) - set(NOT_RESIDENT)
    rows = []
    for origin in inputs.tables.origins:
        if origin.type not in ("compound", "village"):
            continue
        own = people.get(origin.origin, {})
        bands = {
            _band(*ages): sum(own.get(s, 0) for s in (adults if name == "adult" else (name,)))
            for name, ages in AGES.items()
        }
        place = {"社区": origin.community, "小区名称": origin.origin, "户数": origin.households}
        rows.append({**place, **bands, "经度(WGS84)": origin.lon, "纬度": origin.lat})
    return pd.DataFrame(rows)


def _band(first: int, last: int) -> str:
    return f"{first}岁以上" if last == OLDEST else f"{first}-{last}岁"


def booking_export(log: BookingLog, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Bookings made on these days, both included, in the words of a booking system."""
    arrays = {f.name: getattr(log, f.name) for f in fields(log) if f.name != "venues"}
    made = pd.DataFrame(arrays)
    made = made[
        made["made"].between(pd.Timestamp(first), pd.Timestamp(last) + pd.Timedelta(days=1))
    ]
    made = made.sort_values(["made", "venue"], kind="stable").reset_index(drop=True)
    number = pd.factorize(made["booker"])[0]
    return pd.DataFrame(
        {
            "预约编号": [f"YY{i:06d}" for i in range(1, len(made) + 1)],
            "下单时间": made["made"].dt.strftime("%Y-%m-%d %H:%M:%S"),
            "场地名称": np.array(log.venues, dtype=object)[made["venue"]],
            "使用日期": made["start"].dt.strftime("%Y年%m月%d日"),
            "使用时段": made["start"].dt.strftime("%H:%M") + "-" + made["end"].dt.strftime("%H:%M"),
            "状态": made["status"].map(_STATUSES),
            "取消时间": made["cancelled"].dt.strftime("%Y/%m/%d %H:%M").fillna(""),
            "签到": made["checked_in"].map({1: "已签到", 0: "未签到", -1: ""}),
            "人数": made["party"].astype(int),
            "预约人": [f"{'赵钱孙李周吴郑王'[n % 8]}某{n}" for n in number],
            "手机号": [str(_PHONE + n) for n in number],
        }
    )


def write_export(inputs: Inputs, log: BookingLog, out: Path) -> list[Path]:
    """Write `venues.xlsx` and `bookings.csv`."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        place = inputs.scenario.place or inputs.scenario.name
        for name, table in (("场馆", venue_list(inputs)), ("人口", population_table(inputs))):
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, len(table.columns) - 1, f"{place} {name}一览表", bold)
            sheet.write_row(2, 0, table.columns, bold)
            for number, row in enumerate(table.itertuples(index=False), 3):
                sheet.write_row(number, 0, row)
    window = inputs.scenario.window
    text = booking_export(log, window.first, window.last).to_csv(index=False, lineterminator="\r\n")
    atomic_write(out / "venues.xlsx", stream.getvalue())
    atomic_write(out / "bookings.csv", text.encode("gb18030"))
    return [out / "venues.xlsx", out / "bookings.csv"]

"""Files as people have them, made small."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from sim.own_data.folder import Import
from sim.own_data.importing import MappingNeeded, plan_import
from sim.own_data.mapping import ImportMapping

HEAD = ("街道", "社区", "邻里中心", "场地名称", "类型", "面积", "容纳人数", "开放时间", "层级",
        "经度(WGS84)", "纬度")  # fmt: skip
ROW = ("某街道", "甲社区", "甲中心", "羽毛球场1", "羽毛球", "120", "6", "9:00-21:00", "社区级",
       "119.97", "30.27")  # fmt: skip
BOOKING_HEAD = ("预约编号", "下单时间", "场地", "开始时间", "结束时间", "状态", "人数", "手机号")
BOOKING = ("B1", "2025-03-01 08:00", "羽毛球场1", "2025-03-03 18:00", "2025-03-03 20:00", "已完成",
           "4", "13812345678")  # fmt: skip


def with_cells(head: Sequence[str], row: Sequence[str], **cells: str) -> list[str]:
    """A row in which some cells, by header, are others."""
    return [cells.get(h.split("(")[0], cell) for h, cell in zip(head, row, strict=True)]


def csv_file(path: Path, *rows: Sequence[str], encoding: str = "utf-8", sign: str = ",") -> Path:
    text = "\n".join(sign.join(f'"{c}"' if sign in c else c for c in row) for row in rows) + "\n"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def imported(folder: Path, *files: Path, mapping: ImportMapping | None = None) -> Import:
    return plan_import(list(files), folder / "town", mapping or ImportMapping())


def said(folder: Path, *files: Path, mapping: ImportMapping | None = None) -> str:
    """What an import that must fail says."""
    try:
        imported(folder, *files, mapping=mapping)
    except MappingNeeded as problems:
        return problems.render()
    raise AssertionError("the import succeeded")


def venue(folder: Path, **cells: str) -> pd.Series:
    """How one venue is read in which some cells are others."""
    path = csv_file(folder / "venues.csv", HEAD, with_cells(HEAD, ROW, **cells))
    return imported(folder, path).listed.venues.iloc[0]


def venue_refused(folder: Path, **cells: str) -> str:
    return said(folder, csv_file(folder / "venues.csv", HEAD, with_cells(HEAD, ROW, **cells)))


def log_of(folder: Path, head: Sequence[str], *rows: Sequence[str], **how: Any) -> Import:
    """How bookings are read, beside one venue."""
    venues = csv_file(folder / "venues.csv", HEAD, ROW)
    return imported(folder, venues, csv_file(folder / "bookings.csv", head, *rows, **how))


def log_refused(folder: Path, head: Sequence[str], *rows: Sequence[str]) -> str:
    venues = csv_file(folder / "venues.csv", HEAD, ROW)
    return said(folder, venues, csv_file(folder / "bookings.csv", head, *rows))

"""Dirty input: each ends in a right reading, or an error that names sheet, row and column."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.own_data.mapping import ImportMapping

from .files import (
    BOOKING,
    BOOKING_HEAD,
    HEAD,
    ROW,
    csv_file,
    imported,
    log_of,
    log_refused,
    said,
    venue,
    venue_refused,
    with_cells,
    workbook,
)


def booking(**cells: str) -> list[str]:
    return with_cells(BOOKING_HEAD, BOOKING, **cells)


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        ({"面积": "１２０㎡"}, "area_m2", 120), ({"面积": "1,200"}, "area_m2", 1200),
        ({"面积": "三十平方米"}, "area_m2", 30), ({"容纳人数": "50人"}, "capacity", 50),
        ({"容纳人数": "—"}, "capacity", 6), ({"类型": "羽毛球馆（室内）"}, "kind", "badminton_court"),
        ({"类型": "", "场地名称": "舞蹈室2"}, "kind", "dance_studio"), ({"层级": "小区级"}, "tier", "community"),
        ({"层级": ""}, "tier", "community"), ({"邻里中心": "街道文化中心", "层级": ""}, "tier", "subdistrict"),
        ({"经度": "119°58′12″E"}, "lon", 119.97), ({"场地名称": " 球场A/B "}, "name", "球场A／B"),
        ({"邻里中心": ""}, "centre", "羽毛球场1"), ({"社区": ""}, "community", "某街道"),
    ],
)  # fmt: skip
def test_a_venue_is_read(tmp_path: Path, cells: dict[str, str], column: str, value: object) -> None:
    assert venue(tmp_path, **cells)[column] == value


@pytest.mark.parametrize(
    ("cells", "cell", "words"),
    [
        ({"面积": "大"}, "F2", "no number"), ({"面积": "-5"}, "F2", "above 0"),
        ({"面积": "120-150"}, "F2", "120-150"), ({"容纳人数": "6.5"}, "G2", "whole number"),
        ({"类型": "游泳池"}, "E2", "`kinds`"), ({"开放时间": "看情况"}, "H2", "看情况"),
        ({"开放时间": "夏季9:00-21:00"}, "H2", "夏季"), ({"层级": "国家级"}, "I2", "国家级"),
        ({"经度": "219.97"}, "J2", "longitude"), ({"经度": "30.27", "纬度": "119.97"}, "K2", "swapped"),
        ({"场地名称": ""}, "D2", "empty"), ({"场地名称": "=HYPERLINK(1)"}, "D2", "formula"),
        ({"场地名称": "长" * 81}, "D2", "80"), ({"邻里中心": "+1"}, "C2", "formula"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_a_venue_is_named(
    tmp_path: Path, cells: dict[str, str], cell: str, words: str
) -> None:
    message = venue_refused(tmp_path, **cells)
    assert f"venues.csv {cell}: " in message
    assert words in message
    assert "Nothing was written." in message


def test_all_problems_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    wrong = with_cells(HEAD, ROW, 面积="大", 类型="?", 开放时间="?")
    path = workbook(tmp_path / "v.xlsx", {"场馆": [["一览表"], HEAD, ROW, wrong]})
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    message = said(tmp_path, path)
    assert [f"[场馆] {cell}4: " in message for cell in "EFH"] == [True] * 3
    assert "b.xlsx: is no workbook" in said(tmp_path, path, broken)


def test_totals_notes_repeated_headers_and_repeated_rows_are_left_out_and_counted(
    tmp_path: Path,
) -> None:
    total, note = ["合计", *[""] * 10], ["", "", "", "注：数据截至3月", *[""] * 7]
    path = csv_file(tmp_path / "v.csv", HEAD, ROW, HEAD, ROW, total, note, [""] * 11)
    plan = imported(tmp_path, path)
    (sheet,) = plan.account.sheets
    assert sheet.left_out == {"a line of totals": 1, "a title or note": 1, "the same row again": 1}
    assert (sheet.read, sheet.kept, sheet.adds_up) == (4, 1, True)


def test_the_same_name_with_other_cells_is_a_problem_and_in_another_centre_is_none(
    tmp_path: Path,
) -> None:
    other = with_cells(HEAD, ROW, 面积="99")
    assert "v.csv D3: " in said(tmp_path, csv_file(tmp_path / "v.csv", HEAD, ROW, other))
    elsewhere = with_cells(HEAD, ROW, 邻里中心="乙中心")
    plan = imported(tmp_path, csv_file(tmp_path / "v.csv", HEAD, ROW, elsewhere))
    assert set(plan.listed.venues["name"]) == {"甲中心·羽毛球场1", "乙中心·羽毛球场1"}


def test_a_word_that_the_mapping_explains(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "v.csv",
        HEAD,
        with_cells(HEAD, ROW, 类型="游泳池"),
        with_cells(HEAD, ROW, 类型="停车场", 场地名称="P"),
    )
    mapping = ImportMapping(kinds={"游泳池": "hall", "停车场": None})
    plan = imported(tmp_path, path, mapping=mapping)
    assert plan.listed.venues["kind"].tolist() == ["hall"]
    assert plan.account.sheets[0].left_out == {"a kind left out by the mapping": 1}


def test_a_venue_without_coordinates_takes_its_communitys_middle_and_is_listed(
    tmp_path: Path,
) -> None:
    bare = with_cells(HEAD, ROW, 邻里中心="乙中心", 场地名称="会议室", 经度="", 纬度="")
    plan = imported(tmp_path, csv_file(tmp_path / "v.csv", HEAD, ROW, bare))
    assert plan.world.centres["lon"].tolist() == [119.97, 119.97]
    assert any("乙中心" in one.note for one in plan.account.assumed)


def test_without_any_coordinates_the_error_says_what_to_give(tmp_path: Path) -> None:
    assert "经度" in venue_refused(tmp_path, 经度="", 纬度="")


def test_without_venues_the_error_says_so(tmp_path: Path) -> None:
    assert "no sheet is a list of venues" in said(
        tmp_path, csv_file(tmp_path / "a.csv", ("a", "b"))
    )


@pytest.mark.parametrize(
    ("head", "row", "start", "end"),
    [
        (BOOKING_HEAD, BOOKING, "2025-03-03 18:00", "2025-03-03 20:00"),
        (("场地", "使用日期", "时段", "状态"), ("羽毛球场1", "2025年3月3日", "18:00-20:00", "已完成"),
         "2025-03-03 18:00", "2025-03-03 20:00"),
        (("场地", "使用时间", "状态"), ("羽毛球场1", "2025-03-03 18:00～20:00", "已完成"),
         "2025-03-03 18:00", "2025-03-03 20:00"),
        (("场地", "使用日期", "开始时间", "时长(小时)", "状态"), ("羽毛球场1", "3/1 周六", "下午6点", "1.5", "正常"),
         "2025-03-01 18:00", "2025-03-01 19:30"),
        (("Venue", "Date", "Start time", "End time", "Status"),
         ("羽毛球场1", "45719", "0.75", "20:00", "confirmed"), "2025-03-03 18:00", "2025-03-03 20:00"),
        (("场地", "使用日期", "开始时间", "结束时间", "状态"), ("羽毛球场1", "20250303", "23:00", "1:00", "正常"),
         "2025-03-03 23:00", "2025-03-04 01:00"),
    ],
    ids=["two moments", "day and period", "one cell", "no year, length", "serials", "past midnight"],
)  # fmt: skip
def test_times_of_a_booking(
    tmp_path: Path, head: tuple[str, ...], row: tuple[str, ...], start: str, end: str
) -> None:
    log = log_of(tmp_path, head, row).log
    assert log is not None
    assert (log["start"][0], log["end"][0]) == (pd.Timestamp(start), pd.Timestamp(end))


@pytest.mark.parametrize(
    ("cells", "cell", "words"),
    [
        ({"开始时间": "下周一"}, "D2", "begins"), ({"结束时间": "2025-03-03 17:00"}, "E2", "end after"),
        ({"下单时间": "昨天"}, "B2", "no date and time"), ({"人数": "四五个"}, "G2", "number of people"),
        ({"状态": "神秘"}, "F2", "`statuses`"), ({"场地": "篮球场"}, "C2", "no venue of the lists"),
        ({"下单时间": "2025-03-05 08:00"}, "B2", "made after"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_a_booking_is_named(
    tmp_path: Path, cells: dict[str, str], cell: str, words: str
) -> None:
    message = log_refused(tmp_path, BOOKING_HEAD, booking(**cells))
    assert f"bookings.csv {cell}: " in message
    assert words in message


def test_few_unreadable_cells_and_unknown_venues_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [booking(预约编号=f"B{i}") for i in range(300)]
    rows += [
        booking(预约编号="X1", 开始时间="?"),
        booking(预约编号="X2", 场地="别处"),
        booking(预约编号="B1"),
    ]
    rows += [booking(预约编号="X3", 状态="待审核"), ["合计", *[""] * 5, "1200", ""]]
    plan = log_of(tmp_path, BOOKING_HEAD, *rows)
    sheet = plan.account.sheets[1]
    assert sheet.left_out == {
        "a cell that cannot be read": 1, "no venue of this name is listed": 1,
        "the same booking again": 1, "a line of totals": 1,
        "never held a room (refused, pending, unpaid)": 1,
    }  # fmt: skip
    assert (sheet.read, sheet.kept, sheet.adds_up) == (305, 300, True)
    assert plan.account.counts["double bookings"] == 299


def test_what_became_of_bookings(tmp_path: Path) -> None:
    head = ("场地", "开始时间", "结束时间", "状态", "取消时间", "签到", "预约类型")
    day = ("羽毛球场1", "2025-03-03 18:00", "2025-03-03 20:00")
    rows = [
        (*day, "已完成", "", "是", ""), (*day, "已取消", "2025-03-02 9:00", "", ""),
        (*day, "爽约", "", "", ""), (*day, "已预约", "", "否", ""), (*day, "正常", "2025-03-01", "", ""),
        (*day, "正常", "", "", "内部占用"),
    ]  # fmt: skip
    log = log_of(tmp_path, head, *rows).log
    assert log is not None
    by_row = log.assign(row=log["source_row"].str.split(":").str[-1].astype(int)).sort_values("row")
    assert by_row["status"].tolist() == [
        "kept", "cancelled", "no_show", "no_show", "cancelled", "block",
    ]  # fmt: skip


def test_an_export_in_gbk_of_centres_and_rooms_finds_the_rooms(tmp_path: Path) -> None:
    head = ("邻里中心", "场地", "开始时间", "结束时间", "状态")
    row = ("甲中心", "羽毛球场１", "2025-03-03 8:00", "2025-03-03 10:00", "已完成")
    plan = log_of(tmp_path, head, row, encoding="gb18030")
    assert plan.log is not None
    assert plan.log["venue"].tolist() == ["羽毛球场1"]
    assert plan.account.counts["outside opening hours"] == 1


def test_which_time_is_meant_is_asked_where_two_are_near(tmp_path: Path) -> None:
    head, row = (
        ("场地", "预约时间", "结束时间", "状态"),
        ("羽毛球场1", "2025-03-03 8:00", "2025-03-03 10:00", "正常"),
    )
    message = log_refused(tmp_path, head, row)
    assert "bookings.csv B1: 预约时间: may be made_at or start" in message


def test_a_population_with_age_bands_becomes_segments(tmp_path: Path) -> None:
    venues = csv_file(tmp_path / "v.csv", HEAD, ROW)
    people = csv_file(tmp_path / "p.csv", ("社区", "小区", "0-14岁", "15-59岁", "60岁以上"), ("甲社区", "东苑", "100", "800", "1,00"),
                      ("甲社区", "西苑", "1", "2", "3"), ("合计", "", "", "", ""))  # fmt: skip
    assert "p.csv E2: " in said(tmp_path, venues, people)
    people.write_text(people.read_text(encoding="utf-8").replace('"1,00"', "100"), encoding="utf-8")
    world = imported(tmp_path, venues, people).world
    table = world.people.pivot_table("people", "origin", "segment", "sum", fill_value=0)
    assert table.loc["东苑", "child"] == 100
    assert table.loc["东苑", ["older", "oldest"]].sum() == 100
    assert table.loc["东苑"].sum() == 1000
    assert world.origins["lon"].tolist() == [119.97, 119.97]


def test_overlapping_age_bands_are_a_problem(tmp_path: Path) -> None:
    venues = csv_file(tmp_path / "v.csv", HEAD, ROW)
    people = csv_file(tmp_path / "p.csv", ("社区", "60岁以上", "80岁以上"), ("甲社区", "5", "1"))
    assert "overlaps" in said(tmp_path, venues, people)


def test_households_alone_become_people(tmp_path: Path) -> None:
    venues = csv_file(tmp_path / "v.csv", HEAD, ROW)
    people = csv_file(tmp_path / "p.csv", ("社区", "户数"), ("甲社区", "1,000"))
    world = imported(tmp_path, venues, people).world
    assert world.people["people"].sum() == 2500

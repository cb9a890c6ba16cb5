"""Dirty input: each ends in a right reading, or an error that names sheet, row and column."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.own_data.importing import read_key
from sim.own_data.mapping import ImportMapping, mapping_text
from sim.own_data.sheets import ImportProblems

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
        ({"场地名称": "球场 王小二13812345678"}, "D2", "not shown"),
        ({"开放时间": "找王小二 138-1234-5678"}, "H2", "not shown"),
        ({"容纳人数": "请联系王小二"}, "G2", "not shown"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_a_venue_is_named(
    tmp_path: Path, cells: dict[str, str], cell: str, words: str
) -> None:
    message = venue_refused(tmp_path, **cells)
    assert f"venues.csv {cell}: " in message
    assert words in message
    assert "Nothing was written." in message
    assert "王小二" not in message


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
    assert (sheet.read, sheet.kept) == (4, 1)


def test_the_same_name_with_other_cells_is_a_problem_and_in_another_centre_is_none(
    tmp_path: Path,
) -> None:
    other = with_cells(HEAD, ROW, 面积="99")
    assert "v.csv D3: " in said(tmp_path, csv_file(tmp_path / "v.csv", HEAD, ROW, other))
    elsewhere = with_cells(HEAD, ROW, 邻里中心="乙中心")
    plan = imported(tmp_path, csv_file(tmp_path / "v.csv", HEAD, ROW, elsewhere))
    assert set(plan.listed.venues["name"]) == {"甲中心·羽毛球场1", "乙中心·羽毛球场1"}


def test_a_name_that_begins_as_a_note_does_is_a_venue(tmp_path: Path) -> None:
    names = ["注册接待厅", "说明会议室", "注：另有两间", "填表人：某人"]
    rows = [with_cells(HEAD, ROW, 场地名称=name) for name in names]
    plan = imported(tmp_path, csv_file(tmp_path / "v.csv", HEAD, *rows))
    assert plan.listed.venues["name"].tolist() == names[:2]
    assert plan.account.sheets[0].left_out == {"a title or note": 2}


def test_rooms_of_one_name_in_two_communities_are_two_and_their_bookings_are_found(
    tmp_path: Path,
) -> None:
    rooms = [with_cells(HEAD, ROW, 邻里中心="", 社区=c) for c in ("甲社区", "乙社区")]
    venues = csv_file(tmp_path / "v.csv", HEAD, *rooms)
    head = ("社区", "场地", "开始时间", "结束时间", "状态")
    used = [
        (c, "羽毛球场1", "2025-03-03 9:00", "2025-03-03 10:00", "已完成")
        for c in ("乙社区", "甲社区")
    ]
    log = imported(tmp_path, venues, csv_file(tmp_path / "b.csv", head, *used)).log
    assert log is not None
    assert set(log["venue"]) == {"甲社区·羽毛球场1", "乙社区·羽毛球场1"}


def test_two_rooms_of_one_name_beside_bookings_are_a_problem_of_the_list(tmp_path: Path) -> None:
    venues = csv_file(tmp_path / "v.csv", HEAD, ROW, with_cells(HEAD, ROW, 面积="99"))
    log = csv_file(tmp_path / "b.csv", BOOKING_HEAD, BOOKING)
    assert "v.csv D3: " in said(tmp_path, venues, log)


def test_rooms_that_differ_in_brackets_alone_are_told_apart(tmp_path: Path) -> None:
    names = ("球场（1号）", "球场（2号）", "球场")
    venues = csv_file(
        tmp_path / "v.csv", HEAD, *(with_cells(HEAD, ROW, 场地名称=name) for name in names)
    )
    used = [
        booking(预约编号=str(i), 场地=w) for i, w in enumerate(("球场(2号)", "球场", "甲中心球场"))
    ]
    log = imported(tmp_path, venues, csv_file(tmp_path / "b.csv", BOOKING_HEAD, *used)).log
    assert log is not None
    assert log["venue"].tolist() == ["球场", "球场", "球场（2号）"]


def test_a_list_of_headers_alone_has_no_venue(tmp_path: Path) -> None:
    message = said(tmp_path, workbook(tmp_path / "v.xlsx", {"场馆": [["一览表"], HEAD]}))
    assert "[场馆] A2: no venue stands below" in message


def test_a_telephone_number_in_a_used_column_is_not_told(tmp_path: Path) -> None:
    kinds = csv_file(tmp_path / "v.csv", HEAD, with_cells(HEAD, ROW, 类型="羽毛球 13812345678"))
    assert imported(tmp_path, kinds).account.words == {}
    plan = log_of(tmp_path, BOOKING_HEAD, booking(预约编号="138-1234-5678"))
    assert "138-1234" not in mapping_text(plan.mapping)


def test_a_name_behind_a_status_is_not_told_however_often_it_stands(tmp_path: Path) -> None:
    rows = [booking(预约编号=f"B{i}", 状态="神秘（张三丰）") for i in range(20)]
    message = log_refused(tmp_path, BOOKING_HEAD, *rows)
    assert "神秘（...）" in message
    assert "张三丰" not in message


def test_a_slip_in_a_year_does_not_stretch_the_window(tmp_path: Path) -> None:
    rows = [booking(预约编号=f"B{i}") for i in range(300)]
    for year in ("2052", "9999"):
        slip = booking(预约编号="X", 开始时间=f"{year}-03-03 18:00", 结束时间=f"{year}-03-03 20:00")
        plan = log_of(tmp_path, BOOKING_HEAD, *rows, slip)
        assert plan.account.sheets[1].left_out == {"a cell that cannot be read": 1}
        assert plan.account.counts["weeks"] == 1


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (("=cmd()", "西苑", "9"), "A3", "formula"), (("甲社区", "长" * 81, "9"), "B3", "80"),
        (("甲社区", "东苑", "9"), "B3", "same place"), (("甲社区", "电话12345", "9"), "B3", "not shown"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_a_population_is_named(
    tmp_path: Path, row: tuple[str, ...], cell: str, words: str
) -> None:
    venues = csv_file(tmp_path / "v.csv", HEAD, ROW)
    head = ("社区", "小区", "人口")
    message = said(
        tmp_path, venues, csv_file(tmp_path / "p.csv", head, ("甲社区", "东苑", "5"), row)
    )
    assert f"p.csv {cell}: " in message
    assert words in message


def test_signs_in_the_name_of_a_compound_are_written_differently(tmp_path: Path) -> None:
    venues = csv_file(tmp_path / "v.csv", HEAD, ROW)
    people = csv_file(tmp_path / "p.csv", ("社区", "小区", "人口"), ("甲社区", "东苑/西苑", "5"))
    assert imported(tmp_path, venues, people).world.origins["origin"].tolist() == ["东苑／西苑"]


@pytest.mark.parametrize("name", ["", "none/key", "empty"])
def test_a_key_that_cannot_be_kept_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(ImportProblems, match="key"):
        read_key(tmp_path / name)


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
    assert (sheet.read, sheet.kept) == (305, 300)
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

from __future__ import annotations

import pytest

from sim.own_data.fields import FIELDS
from sim.own_data.headers import age_band, find_header, is_personal, match_headers, plain


def fields(table: str, *headers: str) -> list[str | None]:
    return [match.field for match in match_headers(headers, table)]  # type: ignore[arg-type]


def test_headers_in_chinese_with_units_marks_and_full_width() -> None:
    headers = ("＊场地名称", "建筑面积（㎡）", "容纳人数(人)", "开放 时间", "经度", "备注")
    expected = ["venue", "area_m2", "capacity", "hours", "lon", "remark"]
    assert fields("venues", *headers) == expected


def test_headers_in_english() -> None:
    headers = ("Venue Name", "Centre", "Floor area (m2)", "Seats", "opening_hours", "Lng", "Lat")
    assert fields("venues", *headers) == ["venue", "centre", "area_m2", "capacity", "hours", "lon", "lat"]  # fmt: skip


def test_a_word_that_may_be_two_things_is_what_is_still_needed() -> None:
    assert fields("venues", "场馆", "场地") == ["centre", "venue"]
    assert fields("venues", "场馆", "类型") == ["venue", "kind"]


def test_guessing_stops_where_two_fields_are_near() -> None:
    match = match_headers(("场地", "预约时间", "状态"), "bookings")[1]
    assert match.field is None
    assert set(match.rivals) == {"made_at", "start"}


def test_another_column_tells_which_is_meant() -> None:
    assert fields("bookings", "场地", "预约时间", "使用日期", "时段")[1] == "made_at"
    assert fields("bookings", "场地", "预约时间", "开始时间")[1] == "made_at"
    assert fields("bookings", "场地", "下单时间", "预约时间")[2] == "start"


def test_a_header_that_is_like_nothing_is_not_used() -> None:
    assert fields("venues", "场地", "类型", "颜色", "WiFi") == ["venue", "kind", None, None]


def test_two_columns_of_one_name_are_used_once() -> None:
    assert fields("venues", "场地", "面积", "面积") == ["venue", "area_m2", None]


@pytest.mark.parametrize(
    "header",
    ["手机号", "预约人姓名", "身份证号码", "Customer phone", "备注说明", "联系人", "E-mail"],
)
def test_headers_of_personal_columns_are_known(header: str) -> None:
    assert is_personal(header)


def test_every_word_means_one_personal_or_impersonal_thing_in_its_table() -> None:
    for fields_of_table in FIELDS.values():
        for word in (word for field in fields_of_table.values() for word in field.words):
            others = [f for f in fields_of_table.values() if plain(word) in map(plain, f.words)]
            assert len({f.personal for f in others}) == 1, word


@pytest.mark.parametrize(
    ("header", "band"),
    [("0-14岁", (0, 14)), ("15～64岁人口", (15, 64)), ("60岁以上", (60, 200)), ("75岁及以上", (75, 200)),
     ("14岁以下", (0, 13)), ("60+", (60, 200)), ("人口", None), ("2025", None)],
)  # fmt: skip
def test_age_bands(header: str, band: tuple[int, int] | None) -> None:
    assert age_band(header) == band


def test_the_header_stands_below_titles() -> None:
    rows = [["一览表"] * 3, ["", "", ""], ["名称", "类型", "面积"], ["a", "羽毛球", "1"]]
    assert find_header(rows) == (2, "venues")


def test_the_lower_of_two_lines_of_headers_is_taken() -> None:
    rows = [
        ["名称", "类型", "坐标", "坐标"],
        ["名称", "类型", "经度", "纬度"],
        ["a", "羽毛球", "1", "2"],
    ]
    assert find_header(rows) == (1, "venues")


def test_a_table_of_something_else_is_none() -> None:
    assert find_header([["员工", "工资"], ["a", "1"]]) is None

"""What is written: a scenario that holds, all of it or nothing, and nothing about persons."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from cli.commands import inside

from sim.own_data import folder
from sim.own_data.importing import plan_import, read_key
from sim.own_data.mapping import ImportMapping, read_mapping
from sim.report.files import ForeignFilesError
from sim.scenario.loading import load

from .files import BOOKING, BOOKING_HEAD, HEAD, ROW, csv_file, with_cells

PEOPLE = (
    "张三丰",
    "13812345678",
    "330106199001011234",
    "zhang@example.com",
    "家里有事请勿打扰",
    "李四光",
)
PERSONAL_HEAD = (*BOOKING_HEAD, "预约人", "身份证号", "邮箱", "备注", "紧急联系人")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    rows = [
        (
            *with_cells(BOOKING_HEAD, BOOKING, 预约编号=f"B{i}", 手机号=f"1381234{i % 7:04d}"),
            *PEOPLE[:1],
            *PEOPLE[2:],
        )
        for i in range(30)
    ]
    return [
        csv_file(tmp_path / "venues.csv", (*HEAD, "联系人", "联系电话"), (*ROW, PEOPLE[0], PEOPLE[1])),
        csv_file(tmp_path / "bookings.csv", PERSONAL_HEAD, *rows, encoding="gb18030"),
    ]  # fmt: skip


def test_the_folder_is_a_scenario_that_holds(tmp_path: Path, files: list[Path]) -> None:
    out = tmp_path / "scenarios" / "town"
    plan = plan_import(files, out, ImportMapping())
    plan.write(out)
    inputs = load(out / "scenario.yaml")
    assert list(inputs.scenario.zones) == ["某街道"]
    assert [v.source for v in inputs.tables.venues] == ["data: venues.csv:2; slot_minutes assumed"]
    assert inputs.scenario.calibration is not None
    assert inputs.scenario.calibration.bookings == 30
    log = pd.read_csv(out / "bookings.csv")
    assert log.loc[0, "booking":"status"].tolist() == [  # type: ignore[misc]
        1, "羽毛球场1", "2025-03-01T08:00", "2025-03-03T18:00", "2025-03-03T20:00", "kept",
    ]  # fmt: skip
    assert log["booker"].nunique() == 7
    report = json.loads((out / "import-report.json").read_text(encoding="utf-8"))
    for sheet in report["sheets"]:
        assert sheet["read"] == sheet["kept"] + sum(sheet["left_out"].values())


def test_nothing_personal_is_written_or_printed(tmp_path: Path, files: list[Path]) -> None:
    out = tmp_path / "scenarios" / "town"
    names = [*map(str, files), "--out", str(out)]
    wrong = [
        [*with_cells(BOOKING_HEAD, BOOKING, 状态=p, 人数=p, 开始时间=p, 场地=p), *PEOPLE[:5]]
        for p in PEOPLE
    ]
    odd = str(csv_file(tmp_path / "odd.csv", PERSONAL_HEAD, *wrong))
    draft = tmp_path / "draft.yaml"
    told = [inside(tmp_path, "import", *names, odd, "--dry-run")]
    told += [inside(tmp_path, "import", *names, odd, "--map", str(draft))]
    # a person who maps the wrong columns does not make the messages tell more
    text = draft.read_text(encoding="utf-8").replace("field: person", "field: status")
    draft.write_text(text.replace("field: phone", "field: party"), encoding="utf-8")
    told += [inside(tmp_path, "import", *names, "--map", str(draft))]
    told += [inside(tmp_path, "import", *names)]
    assert [done.returncode for done in told] == [0, 2, 2, 0]
    written = [p.read_text(encoding="utf-8") for p in [*out.rglob("*"), draft] if p.is_file()]
    given = {*PEOPLE, *(f"1381234{i:04d}" for i in range(7))}
    for text in (*written, *(done.stdout + done.stderr for done in told)):
        assert [p for p in given if p in text] == []


def test_a_kept_key_gives_people_the_same_numbers_again(tmp_path: Path, files: list[Path]) -> None:
    key = read_key(tmp_path / "key")
    first, again, other = (
        plan_import(files, tmp_path / "town", ImportMapping(), k).log for k in (key, read_key(tmp_path / "key"), None)
    )  # fmt: skip
    assert first is not None and again is not None and other is not None  # noqa: PT018
    assert first["booker"].tolist() == again["booker"].tolist() != other["booker"].tolist()


def test_a_mapping_is_read_back_and_used_for_the_next_quarter(
    tmp_path: Path, files: list[Path]
) -> None:
    out = tmp_path / "scenarios" / "town"
    plan_import(files, out, ImportMapping()).write(out)
    mapping = read_mapping(out / "mapping.yaml")
    later = files[1].rename(tmp_path / "next-quarter.csv")
    use = mapping.sheets[1]
    columns = {**use.columns, "人数": use.columns["人数"].model_copy(update={"field": None})}
    changed = mapping.model_copy(
        update={"sheets": [mapping.sheets[0], use.model_copy(update={"columns": columns})]}
    )
    log = plan_import([files[0], later], out, changed).log
    assert log is not None
    assert log["party"].isna().all()


def test_a_scenario_changed_by_hand_stays(tmp_path: Path, files: list[Path]) -> None:
    out = tmp_path / "scenarios" / "town"
    plan_import(files, out, ImportMapping()).write(out)
    page = out / "scenario.yaml"
    mine = page.read_text(encoding="utf-8").replace("某街道", "某镇")
    page.write_text(mine, encoding="utf-8")
    plan_import(files, out, ImportMapping()).write(out)
    assert page.read_text(encoding="utf-8") == mine
    assert (out / "scenario.import.yaml").is_file()
    report = json.loads((out / "import-report.json").read_text(encoding="utf-8"))
    assert any("does not hold" in note for note in report["notes"])  # its zone is no longer named


def test_files_of_others_are_not_replaced(tmp_path: Path, files: list[Path]) -> None:
    out = tmp_path / "scenarios" / "town"
    out.mkdir(parents=True)
    (out / "venues.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ForeignFilesError):
        plan_import(files, out, ImportMapping()).write(out)
    assert [p.name for p in out.iterdir()] == ["venues.csv"]


def test_nothing_is_half_written(
    tmp_path: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "_placeholder", fails)
    with pytest.raises(KeyboardInterrupt):
        plan_import(files, tmp_path / "scenarios" / "town", ImportMapping()).write(
            tmp_path / "scenarios" / "town"
        )
    assert list((tmp_path / "scenarios").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sheets: [{file: a, tabel: venues}]", "unknown key"),
        ("sheets: [{file: a, table: rooms}]", "venues"),
        ("kinds: {泳池: pool}", "pool is no kind"),
        ("statuses: {a: b}", "kept"),
    ],
)
def test_a_wrong_mapping_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=words) as problems:
        read_mapping(tmp_path / "m.yaml")
    assert "m.yaml:1:" in str(problems.value)


def test_a_field_that_there_is_not_is_named(tmp_path: Path, files: list[Path]) -> None:
    (tmp_path / "m.yaml").write_text(
        "sheets: [{file: venues.csv, table: venues, columns: {场地名称: {field: vanue}}}]",
        encoding="utf-8",
    )
    done = inside(tmp_path, "import", str(files[0]), "--out", "t", "--map", "m.yaml")
    assert done.returncode == 2
    assert "Did you mean `venue`?" in done.stderr

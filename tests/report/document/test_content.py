"""What documents say: every number from a file, verbs after intervals, both languages whole."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest

from sim.messages import LANGUAGES, catalogue, in_language, speaking
from sim.report.document.comparison import ComparisonChapters, ComparisonTables, verdict
from sim.report.document.content import Document, Figure, Source
from sim.report.document.evidence import grade
from sim.report.document.report import ORDER, document
from sim.report.document.results import Draws, ResultProblem, RunTables
from sim.report.numbers import figure_words

from .conftest import LABEL

SUMMED = ("outcome.csv", "plans.csv", "week.csv")
"""Tables of which a source may name several rows."""
HERE = Path(__file__).parents[3] / "sim" / "report" / "document"


@lru_cache(maxsize=8)
def rows_of(path: Path) -> dict[str, list[dict[str, str]]]:
    """Rows of a file by their metric, if they have one."""
    rows: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row.get("metric", ""), []).append(row)
    return rows


def rows_named(folder: Path, source: Source) -> list[dict[str, str]]:
    """The rows that a source names: one, or of some tables several."""
    where = dict(source.where)
    rows = rows_of(folder / source.file)[where.get("metric", "")]
    found = [row for row in rows if where.items() <= row.items()]
    assert len(found) == 1 or source.file.endswith(SUMMED), source.words
    return found


@lru_cache(maxsize=64)
def table_of(path: Path, name: str) -> tuple[dict[str, object], ...]:
    """Rows of a table in a manifest."""
    manifest = json.loads(path.read_text("utf-8"))
    found = manifest["sources"] if name == "sources" else manifest["tables"][name]
    return tuple(pd.DataFrame(found).to_dict("records"))  # type: ignore[arg-type]


def looked_up(folder: Path, source: Source) -> float:
    """The number that stands where a source says, read without the code under test."""
    if source.file.endswith(".csv"):
        return sum(float(row[source.column] or 0) for row in rows_named(folder, source))
    (kind, name), *where = source.where
    if kind == "told":
        told = json.loads((folder / source.file).read_text("utf-8"))["told"]
        return float(told[name][0][source.column])
    rows = [
        row for row in table_of(folder / source.file, name) if dict(where).items() <= row.items()
    ]
    if source.column == "rows":
        return float(len(rows))
    return math.fsum(float(str(row[source.column])) for row in rows)


def test_every_number_stands_in_a_file(made: tuple[Path, Document]) -> None:
    folder, document = made
    figures = [f for t in document.tables for f in t.figures]
    figures += [f for finding in document.findings for f in finding.figures]
    assert len(figures) > 50
    for figure in figures:
        there = looked_up(folder, figure.source)
        assert figure.value == pytest.approx(there, rel=1e-12), figure.source.words


def test_ends_of_intervals_are_those_of_the_row(made: tuple[Path, Document]) -> None:
    folder, document = made
    for table in document.tables:
        for figure in table.figures:
            if figure.half_width:
                own = {"index": "", "worth": "worth_", "cost": "cost_", "yuan_per_hour": "ratio_"}
                before = {"difference": ("adjusted_", "ci_", "joint_"), "gain": ("gain_",)}.get(
                    figure.source.column, (own.get(figure.source.column, "ci_"),)
                )
                (row,) = rows_named(folder, figure.source)
                low, high = next((f"{b}low", f"{b}high") for b in before if row.get(f"{b}low"))
                assert (figure.low, figure.high) == (float(row[low]), float(row[high]))


def test_numbers_in_sentences_are_those_of_their_figures(made: tuple[Path, Document]) -> None:
    """No number is typed into a sentence."""
    _, document = made
    for finding in document.findings:
        with speaking(document.language):
            shown = "".join(figure_words(f) for f in finding.figures)
        for number in re.findall(r"\d[\d,.]*", finding.text):
            assert number.rstrip(".,") in shown, finding.text


def test_figures_of_a_finding_are_those_of_its_table(made: tuple[Path, Document]) -> None:
    """Where sentence and table tell the same cell of a file, both have the same digits."""
    _, document = made
    walked = 0
    for finding in document.findings:
        table = document.table(finding.table)
        cells = {} if table is None else {f.source: f for f in table.figures}
        for figure in finding.figures:
            if figure.source in cells:
                walked += 1
                assert figure_words(figure) == figure_words(cells[figure.source])
    assert walked


@pytest.mark.parametrize(("language", "said"), [("en", "had not settled"), ("zh", "仍未稳定")])
def test_an_advice_says_where_its_search_was_not_settled(
    language: Literal["en", "zh"], said: str, searched: list[Path], tmp_path: Path
) -> None:
    folder = next(one for one in searched if (one / "advice.csv").is_file())
    assert said in " ".join(f.text for f in document([folder], language).findings)
    shutil.copytree(folder, settled := tmp_path / "settled")
    text = (folder / "manifest.json").read_text("utf-8")
    (settled / "manifest.json").write_text(text.replace('"settled": false', '"settled": true'))
    assert said not in " ".join(f.text for f in document([settled], language).findings)


def test_a_document_names_its_scenario_by_its_label(folders: dict[str, Path]) -> None:
    for language in LANGUAGES:
        for folder in folders.values():
            made = document([folder], language)
            assert LABEL[language] in made.source
            assert catalogue()["asked.charts"][language] not in made.chapters[0].words


RULES = {"first": 0.0, "a": 0.1, "b": 0.101, "c": -0.2}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"b": 0.02}, "a gives a room to 10.0 more requests in a hundred, c to 20"),
        ({}, "rises most under b and a and falls most under c;"),
        ({"c": 0.0}, "it rises most under b and a."),
        ({"a": 0.0, "b": 0.0}, "it falls most under c."),
        ({"a": 0.0, "b": 0.0, "c": 0.0}, "clearly changes"),
    ],
)
def test_a_comparison_is_summed_up_as_far_as_intervals_tell(
    folders: dict[str, Path], changed: dict[str, float], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = ComparisonTables.read(folders["compare"])
    told = {
        name: Figure(value, "share", Source("", (), "difference"), value - 0.01, value + 0.01)
        for name, value in {**RULES, **changed}.items() if name != "first"
    }  # fmt: skip
    maker = ComparisonChapters(tables)
    monkeypatch.setattr(ComparisonChapters, "name", lambda _, name: name)
    finding = maker._summary(told, "first")
    assert said in finding.text
    assert finding.summary


@pytest.mark.parametrize(
    ("gained", "said"),
    [
        ((-0.2, -0.3), "every group of people and every zone loses: 20 to 30 points."),
        ((0.2, 0.3), "every group of people and every zone gains: 20 to 30 points."),
        ((-0.2, 0.3), "these lose: adult."),
        ((0.0, 0.3), "no group clearly loses."),
    ],
)
def test_where_all_lose_or_gain_nobody_is_listed(
    folders: dict[str, Path], gained: tuple[float, float], said: str
) -> None:
    maker = ComparisonChapters(ComparisonTables.read(folders["compare"]))
    found = {
        key: Figure(value, "share", Source("", (), "difference"), value - 0.1, value + 0.1)
        for key, value in zip([("segment", "adult"), ("zone", "North")], gained, strict=True)
    }
    assert maker._losers(1, "short", found).text.endswith(said)


def test_gains_are_one_table_with_a_column_for_each_set_of_rules(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each difference stands in the row of its group and the column of its rules."""
    maker = ComparisonChapters(ComparisonTables.read(folders["compare"]))
    monkeypatch.setattr(ComparisonChapters, "name", lambda _, name: name)
    adult, north, short, long = (
        Figure(value, "share", Source("", (), "difference"), value - 0.1, value + 0.1)
        for value in (0.1, 0.2, 0.3, 0.4)
    )
    keys = ("segment", "adult"), ("zone", "North"), ("all", "")
    table = maker._gains({
        "ballot": {keys[0]: adult, keys[2]: short}, "points": {keys[1]: north, keys[2]: long},
    })  # fmt: skip
    assert [column.head for column in table.columns[1:]] == ["ballot", "points"]
    assert {row[0]: row[1:] for row in table.rows} == {
        "People: adult": (adult, None), "All": (short, long), "Zone: North": (None, north),
    }  # fmt: skip
    (real,) = maker.loses().tables
    known = maker.compared.gains["difference"] != ""
    assert len(list(real.figures)) == known.sum() > 0


def test_a_report_says_how_much_more_demand_there_is_than_was_fitted(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    """By the residents asked for, if any were."""
    words = document([folders["run"]], "en").chapters[0].words
    assert "Demand is 10 times that of today." in words
    shutil.copytree(folders["run"], asked := tmp_path / "asked")
    manifest = json.loads((asked / "manifest.json").read_text("utf-8"))
    manifest["question"]["sets"] = ["people=33000"]
    (asked / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    words = document([asked], "en").chapters[0].words
    assert "Demand is that of 33,000 residents, 10 times that of today." in words


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultProblem, match=r"holds no manifest\.json"):
        document([tmp_path], "en")
    (tmp_path / "manifest.json").write_text('{"question": {"verb": "calibrate"}}')
    with pytest.raises(ResultProblem, match="holds results of calibrate"):
        document([tmp_path], "en")


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("羽毛球场 Badminton court", "羽毛球场", "Badminton court"),
        ("Badminton court 羽毛球场", "羽毛球场", "Badminton court"),
        ("和合万家", "和合万家", "和合万家"),
        ("Hall", "Hall", "Hall"),
        ("60-74 岁 People of 60 to 74", "60-74 岁", "People of 60 to 74"),
        ("仓前街道 Cangqian under Zhuzhou's rules 株洲",) * 3,
    ],
)
def test_a_bilingual_label_has_a_part_a_language(label: str, zh: str, en: str) -> None:
    assert (in_language(label, "zh"), in_language(label, "en")) == (zh, en)


def a_figure(value: float, low: float, high: float, unit: str, column: str = "mean") -> Figure:
    where = (("metric", "met_share"), ("group", "all"), ("level", "all"))
    return Figure(value, unit, Source("summary.csv", where, column), low, high)


@pytest.mark.parametrize(
    ("figure", "en", "zh"),
    [
        (a_figure(0.3531, 0.3456, 0.3605, "share"), "35.3 % (34.6 to 36.0)", None),
        (a_figure(0.35, 0.28, 0.43, "share"), "35 % (28 to 43)", "35%（28至43）"),
        (a_figure(14585, 13866, 15304, "count"), "14,600 (13,900 to 15,300)", None),
        (a_figure(1752619, 1696587, 1808650, "count"), None, "175万（170至181万）"),
        (a_figure(0.0, math.nan, math.nan, "share"), "0 %", "0%"),
        (a_figure(-0.2184, -0.223, -0.2139, "share", "difference"), "−21.8 (−22.3 to −21.4)", None),
        (a_figure(0.0001, math.nan, math.nan, "share"), "<0.1 %", "<0.1%"),
    ],
)  # fmt: skip
def test_a_number_is_rounded_to_what_its_interval_bears(
    figure: Figure, en: str | None, zh: str | None
) -> None:
    if en is not None:
        assert figure_words(figure) == en
    if zh is not None:
        with speaking("zh"):
            assert figure_words(figure) == zh


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.01, 0.03, "more"), (-0.03, -0.01, "fewer"), (-0.01, 0.01, "none"),
     (0.0, 0.02, "none"), (math.nan, math.nan, "none")],
)  # fmt: skip
def test_the_verb_follows_the_interval(low: float, high: float, said: str) -> None:
    assert verdict(a_figure(0.02, low, high, "share", "difference")) == said


def test_the_grade_follows_its_rule(folders: dict[str, Path]) -> None:
    """Assumptions first, then what was fitted, then how much of the input is assumed."""
    run = RunTables.read(folders["run"])
    own = {"replications": 20, "fitted": True, "world": "real places and people"}
    for assumed, said in ((10, "low"), (2, "middle"), (1, "high")):
        sources = [{"source": "assumption"}] * assumed + [{"source": "data"}] * (10 - assumed)
        scenario = {**run.scenario, "calibration": {"bookings": 7000}}
        manifest = {**run.manifest, **own, "sources": sources, "scenario": scenario}
        changed = RunTables(run.folder, "", manifest, run.summary)
        met, booked = changed.needed("met_share"), changed.needed("bookings")
        assert grade(changed, (met,))[0] == said
        assert grade(changed, (booked,))[0] == "high"
        assert grade(changed, (met, booked))[0] == said
        off = changed.needed("utilisation_off_platform")
        assert grade(changed, (off, met))[0] == "assumed"
        few = RunTables(run.folder, "", {**manifest, "replications": 4}, run.summary)
        assert grade(few, (booked,))[0] == "middle"
        made_up = RunTables(run.folder, "", {**manifest, "world": "a synthetic world"}, run.summary)
        assert grade(made_up, (met,))[0] == "low"


@pytest.mark.parametrize(
    ("half", "draws", "said"),
    [(0.019, 64, "high"), (0.05, 64, "middle"), (0.2, 64, "low"), (0.019, 63, "middle")],
)
def test_the_range_over_assumptions_takes_the_place_of_their_number(
    folders: dict[str, Path], half: float, draws: int, said: str
) -> None:
    """A third of the inputs are assumed here; below 64 draws that stays what counts."""
    run = RunTables.read(folders["run"])
    sources = [{"source": "assumption"}] + [{"source": "data"}] * 2
    own = {"replications": 20, "fitted": False, "world": "real places", "sources": sources}
    row = {"assumption_low": str(0.5 - half), "assumption_high": str(0.5 + half)}
    rows = {("met_share", "all", "all", "tiny", False): row | {"draws": str(draws)}}
    drawn = Draws(frozenset({"tiny"}), frozenset(), rows)
    changed = RunTables(run.folder, "", {**run.manifest, **own}, run.summary, drawn)
    grade_found, words = grade(changed, (changed.needed("met_share"),))
    assert grade_found == said
    assert ("draws of all assumptions" in words) == (draws >= 64)
    assert grade(changed, (changed.needed("bookings"),))[0] == "middle"  # no draws of it


@pytest.mark.parametrize(("same", "said"), [(1.0, "high"), (0.6, "middle"), (0.3, "low")])
def test_of_a_difference_the_sign_in_draws_counts(
    folders: dict[str, Path], same: float, said: str
) -> None:
    run = RunTables.read(folders["run"])
    own = {"replications": 20, "world": "real places", "sources": [{"source": "assumption"}]}
    row = {"assumption_low": "-0.1", "assumption_high": "0.1", "draws": "64"}
    rows = {("met_share", "all", "all", "short", True): row | {"same_sign": str(same)}}
    drawn = Draws(frozenset({"tiny", "short"}), frozenset(), rows)
    changed = RunTables(run.folder, "", {**run.manifest, **own}, run.summary, drawn)
    where = (("metric", "met_share"), ("group", "all"), ("level", "all"), ("scenario", "short"))
    figure = Figure(0.1, "share", Source("comparison.csv", where, "difference"), 0.05, 0.15)
    assert grade(changed, (figure,))[0] == said


def test_the_gain_of_an_advice_goes_by_its_own_draws(
    folders: dict[str, Path], searched: list[Path], tmp_path: Path
) -> None:
    folder = next(one for one in searched if (one / "advice.csv").is_file())
    both = [tmp_path / "run", tmp_path / "advice"]
    for given, copy in zip((folders["run"], folder), both, strict=True):
        shutil.copytree(given, copy)
    manifest = json.loads((both[0] / "manifest.json").read_text("utf-8"))
    manifest |= {"world": "real places and people", "replications": 20}
    (both[0] / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    finding = next(f for f in document(both, "en").findings if f.table == "adoption")
    assert finding.grade == "high"
    assert "In 80 draws of all assumptions together it mostly lies between +2,100 and" in (
        finding.evidence
    )
    (both[1] / "assumptions.csv").unlink()
    finding = next(f for f in document(both, "en").findings if f.table == "adoption")
    assert finding.grade == "low"
    assert "draws" not in finding.evidence


def test_chapters_stand_in_their_order_whatever_is_given(
    folders: dict[str, Path], searched: list[Path]
) -> None:
    given = [*searched[::-1], folders["compare"], folders["run"]]
    keys = [c.key.rstrip("-0123456789") for c in document(given, "en").chapters]
    assert list(dict.fromkeys(keys)) == list(ORDER)
    assert keys.count("supply") == 1  # the comparison's baseline is the run

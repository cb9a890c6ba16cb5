"""Chinese is drawn or replaced, never boxes."""

import subprocess
import sys
import warnings

import pytest
from matplotlib import font_manager

from sim.report import fonts
from sim.report.drawing import draw_all
from sim.report.fonts import FontChoice, choose_font, drawable, drawable_finding
from sim.report.page import Finding

from .fake import fake_results


@pytest.fixture
def latin():
    path = font_manager.findfont("DejaVu Sans")
    return FontChoice(("DejaVu Sans",), frozenset(font_manager.get_font(path).get_charmap()))


def test_shipped_font_is_found_without_importing_its_package():
    code = (
        "import sys; from sim.report.fonts import choose_font; f = choose_font(); "
        "assert not f.missing('片区邻里中心') and f.families[0] == 'Noto Sans SC', f.families; "
        "assert 'zhplot' not in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_report_itself_imports_nothing_heavy():
    code = "import sys, sim.report; assert not {'matplotlib', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_drawn_is_covered():
    assert choose_font().missing("示意图 schematic – … × ≤ % ★ 和合万家") == ""


def test_nothing_changes_with_a_font_that_covers(recwarn):
    results = fake_results()
    got = drawable(results, choose_font())
    assert got.label("tier", "community") == "community 社区级"
    assert got.label("zone", "和合万家") == "和合万家"
    assert got.context.font_note == ""
    assert not recwarn.list


def test_latin_labels_and_a_note_where_no_font_covers(latin, recwarn):
    got = drawable(fake_results(), latin)
    assert not recwarn.list
    assert got.context.font_note.startswith("No font has ")
    assert not latin.missing(got.context.font_note)
    assert latin.missing("片区")
    assert got.label("tier", "community") == "community"
    assert got.label("kind", "badminton_court") == "badminton court"
    assert got.label("zone", "科创未来") == "zone 2"
    assert got.context.place == "Cangqian subdistrict"
    assert got.places["label"].str.isascii().all()
    assert list(got.summary["level"]) == list(fake_results().summary["level"])


@pytest.mark.usefixtures("coarse")
def test_charts_without_a_chinese_font_have_no_boxes(latin, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = draw_all(fake_results(), tmp_path, font=latin, only=["map-unmet", "funnel"])
    assert len(paths) == 6
    assert "和合万家" in (tmp_path / "map-unmet.csv").read_text(encoding="utf-8-sig")


def test_missing_package_falls_back(monkeypatch):
    monkeypatch.setattr(fonts.importlib.util, "find_spec", lambda _: None)
    assert fonts.shipped_font() is None


def test_a_rare_character_becomes_a_question_mark():
    font = choose_font()
    assert font.missing("a\U00020001b") == "\U00020001"
    assert fonts._drawable("run \U00020001x", font) == "run ?x"


def test_control_characters_are_not_drawn():
    odd = "a\x00b\x1b\u200b\u202ec\nd\t\te"
    results = fake_results(
        title=odd, place="Cang\nqian\x07", changed=("x=\x01y",), kinds={"a": "\x02", "b": "b\x9f"}
    )
    got = drawable(results, choose_font())
    assert got.context.title == "abc d e"
    assert got.context.place == "Cang qian"
    assert got.context.changed == ("x=y",)
    assert (got.label("kind", "a"), got.label("kind", "b")) == ("a", "b")
    assert got.context.font_note == ""
    finding = drawable_finding(Finding("x", "t\x00t", "s\x1b", results.summary), choose_font())
    assert (finding.title, finding.subtitle) == ("tt", "s")

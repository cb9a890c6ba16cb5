"""Pictures: size, bytes, glyphs, nothing outside the page, at the edges of what can come."""

import re
import warnings
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.text import Text
from PIL import Image

from sim.report import page as page_module
from sim.report.context import RunResults
from sim.report.drawing import all_charts, draw_all, draw_chart
from sim.report.fonts import choose_font, drawable
from sim.report.page import Page, lay_out
from sim.report.theme import settings

from .fake import context, fake_results, origins
from .test_charts import CASES

NAMES = [
    "funnel", "heatmap-subdistrict", "heatmap-community", "heatmap-compound",
    "map-unmet", "refused-by-hour", "service-by-group", "utilisation-by-tier-and-zone",
]  # fmt: skip


@pytest.fixture(autouse=True)
def strict():
    """Missing glyphs, and any other warning, are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def pages(results, only=None):
    """Every page drawn (or those of some charts), within the settings."""
    results = drawable(results, choose_font())
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings(choose_font().families))
        for name in only or all_charts():
            chart = all_charts()[name]
            for data in chart.analyse(results):
                page = lay_out(data.finding, results.context)
                chart.plot(page, data)
                yield page


def laid_out(results):
    """The first page with its words around the chart, which is not drawn."""
    results = drawable(results, choose_font())
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings(choose_font().families))
        return lay_out(all_charts()["funnel"].analyse(results)[0].finding, results.context)


SOME = ("funnel", "service-by-group")
DOTS = ("service-by-group", "utilisation-by-tier-and-zone")
"""Charts with columns of dots and numbers."""


@pytest.mark.usefixtures("coarse")
def test_charts_in_three_formats_of_one_size(tmp_path):
    before = dict(mpl.rcParams)
    data = [data for chart in all_charts().values() for data in chart.analyse(fake_results())]
    assert [one.finding.name for one in data] == NAMES
    some = ["funnel", "map-unmet", "service-by-group"]
    paths = draw_all(fake_results(), tmp_path, only=some)
    assert [p.name for p in paths] == [f"{n}.{e}" for n in some for e in ("png", "svg", "csv")]
    assert dict(mpl.rcParams) == before
    sizes = set()
    for path in paths:
        if path.suffix == ".png":
            with Image.open(path) as image:
                sizes.add(image.size)
                assert image.info["Title"]
        if path.suffix == ".csv":
            assert path.read_bytes().startswith("\ufeff".encode())
    assert len(sizes) == 1


def test_pictures_have_the_same_bytes_whoever_draws_them(tmp_path):
    """Other processes, whatever is set for their own charts; and they are of a fixed size."""
    usual = draw_all(fake_results(), tmp_path / "a", only=SOME)
    with mpl.rc_context({"font.size": 40, "text.antialiased": False}):
        again = draw_all(fake_results(), tmp_path / "b", only=SOME[:1])
    many = draw_all(fake_results(), tmp_path / "c", only=SOME, jobs=2)
    names = [f"{n}.{e}" for n in SOME for e in ("png", "svg", "csv")]
    assert [p.name for p in usual] == [p.name for p in many] == names
    assert [p.name for p in again] == names[:3]
    for path in (*again, *many):
        assert path.read_bytes() == (tmp_path / "a" / path.name).read_bytes(), path
    with Image.open(tmp_path / "a" / "funnel.png") as image:
        assert image.size == (2666, 1500)
    check_svg((tmp_path / "a" / "funnel.svg").read_text(encoding="utf-8"))


def check_svg(text):
    """No date, a title, words as text in a font of any reader, as wide as here."""
    assert "<dc:date>" not in text
    fonts = set(re.findall(r"font-family: ([^;\"]*)", text))
    assert fonts
    assert all(families.endswith(", sans-serif") for families in fonts)
    assert text.count("<text ") == text.count(' textLength="')  # as wide in any of them
    assert "Of 100 wanted bookings" in text
    ElementTree.fromstring(text)


LONG = "社区综合文化活动中心多功能羽毛球与乒乓球训练场地"
EDGES = {
    **CASES,
    "long names, some like markup": {
        "kinds": {
            "a": "$x$ & <b> \\alpha_1^2",
            "b": "50 % $",
            **{f"k{i}": LONG[: 8 + i % 16] + str(i) for i in range(38)},
        },
        "place": "浙江省杭州市余杭区仓前街道未来科技城核心区与周边社区综合示范片区",
        "scenario_name": "a-scenario-name-of-eighty-characters-" + "x" * 43,
        "zone_labels": {"和合万家": LONG},
        "tier_labels": {"community": LONG},
    },
}


COVERED = (
    "usual", "one replication", "nothing happens", "one tier, one kind", "no labels", "ten times",
    "forty kinds",
)  # fmt: skip
"""Fewer or shorter words than in the other cases."""
DRAWN = [pytest.param(c, marks=pytest.mark.slow if c in COVERED else ()) for c in EDGES]


@pytest.mark.parametrize("case", DRAWN)
def test_texts_stay_on_the_page_large_enough_and_apart(case):
    """Words written on the page itself do not overlap, in the cases where that was looked at."""
    for page in pages(fake_results(**EDGES[case])):
        page.figure.draw_without_rendering()
        frame = page.figure.bbox
        for text in page.figure.findobj(Text):
            if not text.get_text().strip() or not text.get_visible():
                continue
            box = text.get_window_extent()
            where = f"{page.finding.name}: {text.get_text()!r}"
            assert box.x0 >= -1 and box.x1 <= frame.width + 1, where  # noqa: PT018
            assert box.y0 >= -1 and box.y1 <= frame.height + 1, where  # noqa: PT018
            assert text.get_rotation() == 0, where
            assert text.get_fontsize() >= 12, where
        if case in ("usual", "long names, some like markup", "nothing happens"):
            check_words_do_not_overlap(page)


def check_words_do_not_overlap(page):
    boxes = [
        (t.get_text(), t.get_window_extent()) for t in page.figure.texts if t.get_text().strip()
    ]
    for i, (first, a) in enumerate(boxes):
        for second, b in boxes[i + 1 :]:
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            clash = wide > 2 and high > 0.35 * min(a.height, b.height)
            assert not clash, (page.finding.name, first, second)


def test_few_reasons_stay_on_the_page():
    results = fake_results()
    rare = results.summary["level"].str.contains("window|limit|too far|no such")
    page = next(pages(RunResults(results.context, results.summary[~rare], results.places)))
    assert page.finding.name == "funnel"
    page.figure.draw_without_rendering()
    right = max(t.get_window_extent().x1 for t in page.figure.texts)
    assert right <= page.figure.bbox.width


def test_many_origins_and_few(tmp_path):
    for n in (1, 404):
        results = fake_results(places=origins(n))
        assert draw_all(results, tmp_path / str(n), only=["map-unmet"])


def test_footer_says_what_the_figures_rest_on():
    page = laid_out(fake_results())
    words = " ".join(t.get_text() for t in page.figure.texts)
    for part in (
        "China City News", "219 venues", "n = 20 simulated periods", "run 3f9c21ab",
        "95 % ranges show chance only",
        "not doubt about assumptions", "Cangqian subdistrict 仓前街道", "2025-01-01",
    ):  # fmt: skip
        assert part in words
    page = laid_out(fake_results(n=1))
    words = " ".join(t.get_text() for t in page.figure.texts)
    assert "n = 1 simulated period: no range" in words
    assert "chance only" not in words


def footer(**changes):
    page = laid_out(fake_results(**changes))
    lines = [t for t in page.figure.texts if t.get_fontsize() == 12]
    return [t.get_text() for t in sorted(lines, key=lambda t: -t.get_position()[1])]


def test_footer_says_on_its_second_line_what_was_changed():
    level = "level fitted to 7,121 bookings; here demand x 20"
    lines = footer(source="linli", level_note=level, changed=("demand.multiplier=20", "a=1"))
    assert lines[0].startswith(f"Source: linli; {level}")
    assert lines[1].startswith("Changed: demand.multiplier=20, a=1; 219 venues")
    many = footer(changed=tuple(f"policy.window.number_{i}={i}" for i in range(40)))
    assert many[1].startswith("Changed: policy.window.number_0=0, ")
    assert re.search(r"=\d+ and \d+ more; 219 venues", " ".join(many))
    long = footer(changed=("place=" + "x" * 400, "b=1"))
    assert "x... and 1 more" in long[1]
    assert "Changed" not in " ".join(footer())


def test_notes_begin_with_a_capital_and_follow_on_a_line_of_their_own_if_need_be():
    finding = laid_out(fake_results()).finding
    for source, last in (("linli", "Source: linli. A note. A font"), ("s" * 150, "A note. A font")):
        words = context(source=source, font_note="a font")
        with mpl.rc_context(settings(choose_font().families)):
            page = lay_out(replace(finding, note="a note"), words)
        assert last in [t.get_text() for t in page.figure.texts]


@pytest.mark.parametrize(
    "case", [pytest.param("usual", marks=pytest.mark.slow), "one replication", "ten times"]
)
def test_numbers_of_dot_columns_do_not_overlap(case):
    """Nor do they run over the dots or numbers of the next column."""
    for page in pages(fake_results(**CASES[case]), DOTS):
        page.figure.draw_without_rendering()
        boxes = []
        for ax in page.figure.axes:
            boxes += [t.get_window_extent() for t in ax.texts]
            dots = [line for line in ax.lines if line.get_marker() == "o"]
            boxes += [dot.get_window_extent() for dot in dots]
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                wide = min(a.x1, b.x1) - max(a.x0, b.x0)
                high = min(a.y1, b.y1) - max(a.y0, b.y0)
                assert not (wide > 2 and high > 0.5 * min(a.height, b.height))


def test_unknown_chart_is_refused_and_missing_data_skipped(tmp_path):
    with pytest.raises(ValueError, match="no chart called pie"):
        draw_all(fake_results(), tmp_path, only=["pie"])
    nothing = RunResults(context(), fake_results().summary.iloc[:0])
    assert draw_all(nothing, tmp_path) == []


def test_overlong_titles_end_in_an_ellipsis_on_the_second_line():
    finding = laid_out(fake_results()).finding
    finding = finding.__class__("x", "word " * 80, "s", finding.table)
    with mpl.rc_context(settings(choose_font().families)):
        page = lay_out(finding, context())
    lines = [t.get_text() for t in page.figure.texts if t.get_fontsize() == 28]
    assert len(lines) == 2
    assert lines[1].endswith("...")


def test_chinese_breaks_anywhere_but_not_before_a_comma():
    drawing = pages(fake_results())  # the settings hold as long as it lives
    page = Page(next(drawing).finding)
    lines = page.wrapped("中" * 30 + "，" + "文" * 30, 18, 5.0)
    assert len(lines) > 2
    assert all(page.width_of(line, 18) <= 5.05 + 18 / 72 for line in lines)
    assert not any(line.startswith("，") for line in lines)
    assert "".join(page_module._pieces("a b 中文, c")) == "a b 中文, c"


def test_titles_on_two_lines_break_beside_chinese_names_where_they_can():
    drawing = pages(fake_results())
    page = Page(next(drawing).finding)
    title = "77 of 106 communities gain clearly, most 六区三社区; 3 lose, most 三区九社区"
    lines = page.balanced(title, 28, page.width)
    assert len(lines) == 2
    assert any("六区三社区" in line for line in lines)
    assert any("三区九社区" in line for line in lines)
    only = page.balanced("三区九社区" * 9, 28, page.width)
    assert len(only) == 2
    assert "".join(only) == "三区九社区" * 9


def test_one_chart_by_name(tmp_path):
    results = drawable(fake_results(), choose_font())
    assert len(draw_chart("funnel", results, tmp_path, choose_font())) == 3

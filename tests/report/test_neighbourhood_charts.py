"""Charts of the neighbourhood: figures worked out by hand, claims by interval, room for words."""

import itertools
import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sim.report.charts import values
from sim.report.charts.run import (
    activity_fill,
    zone_league,
)
from sim.report.charts.values import Value
from sim.report.context import RunResults
from sim.report.drawing import all_charts, draw_all
from sim.report.fonts import choose_font, drawable
from sim.report.page import lay_out
from sim.report.theme import settings

from .fake import Table, context
from .fake_neighbourhood import CASES, NAMES, RULES, neighbourhood, one, run


def pages(results):
    """The first page of each chart, drawn within the settings."""
    results = drawable(results, choose_font())
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings(choose_font().families))
        for name in NAMES:
            for data in all_charts()[name].analyse(results)[:1]:
                page = lay_out(data.finding, results.context)
                all_charts()[name].plot(page, data)
                page.figure.draw_without_rendering()
                yield page


def words_of(page):
    """Every word to be seen, with its box."""
    for text in page.figure.findobj(Text):
        if text.get_text().strip() and text.get_visible():
            yield text, text.get_window_extent()


def over(a, b):
    """Whether two boxes cover each other by more than the air around letters."""
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.y1, b.y1) - max(a.y0, b.y0)
    return wide > 2 and high > 0.35 * min(a.height, b.height)


# --- all of them -------------------------------------------------------------------------------


def test_all_eight_are_registered_and_need_their_rows():
    assert set(NAMES) <= set(all_charts())
    for name in NAMES:
        assert list(all_charts()[name].analyse(run(Table()))) == []


@pytest.mark.parametrize("case", CASES)
def test_titles_are_findings_of_at_most_15_words(case):
    results = neighbourhood(**CASES[case])
    for name in NAMES:
        for data in all_charts()[name].analyse(results):
            title = data.finding.title
            assert 4 <= len(title.split()) <= 15, title
            assert "nan" not in f"{title} {data.finding.subtitle} {data.finding.note}".lower()
            assert not data.finding.table.empty
            assert ("one replication" in title) == (case == "one replication"), title
            assert ("interval" in data.finding.subtitle) == (case != "one replication")


SIMPLER = ("usual", "one replication", "nothing happens", "two zones, one kind", "extreme")
DRAWN = [pytest.param(c, marks=pytest.mark.slow if c in SIMPLER else ()) for c in CASES]


@pytest.mark.parametrize("case", DRAWN)
def test_words_stay_on_the_page_are_large_enough_and_do_not_overlap(case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph is an error
        for page in pages(neighbourhood(**CASES[case])):
            frame, found = page.figure.bbox, list(words_of(page))
            for text, box in found:
                where = f"{page.finding.name}: {text.get_text()!r}"
                assert box.x0 >= -1, where
                assert box.x1 <= frame.width + 1, where
                assert box.y0 >= -1, where
                assert box.y1 <= frame.height + 1, where
                assert text.get_rotation() == 0, where
                assert text.get_fontsize() >= 12, where
            for (a, first), (b, second) in itertools.combinations(found, 2):
                clash = (page.finding.name, a.get_text(), b.get_text())
                assert not over(first, second), clash


@pytest.mark.usefixtures("coarse")
def test_pictures_are_written_with_chinese_names(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = draw_all(neighbourhood(), tmp_path, only=["zone-league", "queues-by-hour"])
    names = ("queues-by-hour", "zone-league")
    assert [p.name for p in paths] == [f"{n}.{e}" for n in names for e in ("png", "svg", "csv")]
    assert "和合万家" in paths[-1].read_text(encoding="utf-8-sig")


def test_labels_of_kinds_are_shown():
    results = neighbourhood()
    fill = activity_fill.analyse(results)[0]
    assert fill.rows[0].label == "handicraft 手工"
    (drawn,) = all_charts()["queues-by-hour"].analyse(results)
    assert "community canteen 社区食堂" in written(drawn)


# --- numbers in words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "short", "long", "axis"),
    [
        (0, "0", "0", "0"), (0.123, "0.12", "0.12", "0.12"), (431, "431", "431", "431"),
        (9_994, "9,994", "9,990", "9,994"), (26_700, "26.7 k", "26,700", "26.7 k"),
        (40_000, "40.0 k", "40,000", "40 k"), (999_400, "999 k", "999,000", "999 k"),
        (999_600, "1.00 M", "1.00 million", "1 M"), (1_204_000, "1.20 M", "1.20 million", "1.2 M"),
        (2.7e9, "2,700 M", "2,700 million", "2,700 M"), (float("nan"), "–", "–", "–"),
    ],
)  # fmt: skip
def test_large_numbers(value, short, long, axis):
    assert (values.compact(value), values.spoken(value), values.tick(value)) == (short, long, axis)


def test_limits_are_written_in_the_unit_of_their_mean():
    assert values.as_amount(Value(1.2e6, 0.95e6, 1.45e6)) == "1.20 M (0.95–1.45)"
    assert values.as_amount(Value(27_000, 9_000, 45_000)) == "27.0 k (9.0–45.0)"
    assert values.as_amount(Value(300)) == "300"
    assert values.as_amount(Value(300, 300, 300)) == "300"


@pytest.mark.parametrize(
    ("value", "end"), [(0, 1), (float("nan"), 1), (1, 1), (22, 25), (0.07, 0.08), (1001, 1200)]
)
def test_axes_end_at_round_numbers(value, end):
    assert values.ceiling(value) == pytest.approx(end)


def test_of_titles_the_first_that_is_short_enough_is_taken():
    assert values.titled("a " * 16, "b c", "d") == "b c"
    assert values.titled("a " * 16, "b " * 16) == "b " * 16


# --- fill of activities -------------------------------------------------------------------------


def fills(half=0.01, n=20, **shares):
    t = Table(n)
    for kind, share in shares.items():
        for hour, part, held in ((9, share, 30), (10, share / 2, 10), (11, np.nan, 0)):
            level = f"{kind}*{hour:02d}"
            t.add("fill_share", "activity_kind*hour", level, part, half)
            t.add("activities_held", "activity_kind*hour", level, held, unit="count")
        t.add("fill_share", "activity_kind", kind, share, half)
        t.add("activity_turned_away_share", "activity_kind", kind, 0.1, half)
    return one(activity_fill, t, activity_kind_labels={})


def test_fill_lands_in_its_cell_and_hours_without_a_session_are_no_zero():
    data = fills(dance=0.8, chess=0.4)
    row = data.rows[0]
    assert row.kind == "dance"
    assert row.cells[data.hours.index(10)] == pytest.approx(0.4)
    assert np.isnan(row.cells[data.hours.index(11)])
    assert np.nansum(row.held) == 40
    assert row.away.mean == 0.1
    table = data.finding.table.set_index(["metric", "level"])["mean"]
    assert table["activities_held", "chess*09"] == 30


def test_fill_names_the_fullest_and_the_emptiest_where_intervals_tell():
    assert fills(dance=0.8, chess=0.4, go=0.6).finding.title == (
        "Sessions are fullest in dance (80 %) and emptiest in chess (40 %)"
    )
    assert fills(dance=0.8, chess=0.4, go=0.401).finding.title == (
        "Sessions are fullest in dance (80 %); no kind is clearly emptiest"
    )
    assert fills(dance=0.8, chess=0.4, go=0.801).finding.title == (
        "Sessions are emptiest in chess (40 %); no kind is clearly fullest"
    )
    assert fills(half=0.3, dance=0.8, chess=0.4).finding.title == (
        "No kind is clearly fullest or emptiest: sessions are 40 % to 80 % full"
    )
    assert fills(n=1, dance=0.8, chess=0.4).finding.title == (
        "Sessions are fullest in dance (80 %), emptiest in chess (40 %), in one replication"
    )


def test_fill_of_a_kind_is_weighted_by_sessions_if_only_cells_are_known():
    t = Table()
    for hour, share, held in ((9, 0.8, 30), (10, 0.4, 10)):
        t.add("fill_share", "activity_kind*hour", f"a*{hour:02d}", share)
        t.add("activities_held", "activity_kind*hour", f"a*{hour:02d}", held, unit="count")
    assert one(activity_fill, t).rows[0].fill.mean == pytest.approx(0.7)


# --- league -------------------------------------------------------------------------------------


def league(*columns, n=20):
    """Measures in order, each a list of (mean, low, high) of zones a, b, c."""
    t = Table(n)
    for measure, ranks in zip(zone_league.MEASURES, columns, strict=False):
        for zone, (mean, low, high) in zip("abc", ranks, strict=False):
            t.rows.append(("rank", "zone*measure", f"{zone}*{measure}", mean, low, high, n, "rank"))
            t.add(measure, "zone", zone, 0.5)
    return one(zone_league, t)


CLEAR = [(1, 1, 1), (2, 2, 2), (3, 3, 3)]
OPEN = [(1.9, 1, 3), (2, 1, 3), (2.1, 1, 3)]
FIRST = [(1, 1, 1), (2.4, 2, 3), (2.6, 2, 3)]


@pytest.mark.parametrize(
    ("ranks", "words"),
    [
        (CLEAR, "clear order"), (OPEN, "no clear order"), (FIRST, "first is clear"),
        ([(1.4, 1, 2), (1.6, 1, 2), (3, 3, 3)], "partly clear"),
        ([(1, np.nan, np.nan), (2, np.nan, np.nan)], "no interval"),
    ],
)  # fmt: skip
def test_order_in_words(ranks, words):
    assert zone_league.order_in_words([Value(*rank) for rank in ranks]) == words


def test_league_counts_only_clear_wins():
    data = league(CLEAR, OPEN, FIRST)
    assert data.finding.title == "a is clearly first on 2 of 3 measures; on 1 no zone is"
    assert data.zones == ("a", "b", "c")
    assert data.columns[0].ranks[2].mean == 3
    assert data.columns[1].values[0].mean == 0.5
    assert league(OPEN, OPEN).finding.title == "No order of zones is clear on any of 2 measures"
    some = [(1.4, 1, 2), (1.6, 1, 2), (3, 3, 3)]
    assert league(some, OPEN).finding.title == "No zone is clearly first on any of 2 measures"
    alone = [(rank, np.nan, np.nan) for rank in (2, 1, 3)]
    assert league(alone, alone, n=1).finding.title == (
        "b is first on 2 of 2 measures, in one replication"
    )


def ahead(zone):
    """Ranks of a, b, c with this zone clearly first."""
    return [(1, 1, 1) if z == zone else (2 + i / 10, 2, 3) for i, z in enumerate("abc")]


def test_league_names_no_winner_where_several_are_first_equally_often():
    """One name was given where another zone was first on as many measures."""
    a, b, c = (ahead(zone) for zone in "abc")
    assert league(a, b, OPEN).finding.title == (
        "No zone leads: a and b are each clearly first on 1 of 3 measures"
    )
    assert league(c, a, b).finding.title == ("a, b and c are each clearly first on 1 of 3 measures")
    assert league(a, a, b, OPEN).finding.title == ("a is clearly first on 2 of 4 measures, b on 1")
    alone = [[(mean, np.nan, np.nan) for mean, *_ in zone] for zone in (a, b)]
    assert league(*alone, n=1).finding.title == (
        "a and b are each first on 1 of 2 measures, in one replication"
    )


def test_league_says_what_its_rows_are_ordered_by():
    finding = league(CLEAR, FIRST).finding
    assert finding.subtitle.endswith("Zones in order of their average rank")
    assert finding.note.endswith("Average rank over these measures, no score: 1.0, 2.2, 2.8")


def test_league_shows_six_measures_and_one_of_a_pair():
    data = zone_league.analyse(neighbourhood())[0]
    shown = [column.measure for column in data.columns]
    assert len(shown) == 6
    assert "mean_walk_minutes" in shown
    assert "nearness" not in shown
    assert "adjusted for who lives and works" in data.finding.note
    assert {"nearness", "visits_per_head"} <= set(data.finding.table["metric"])


# --- points -------------------------------------------------------------------------------------


def purse(half, n=20, **segments):
    """(earned, spent, kept, before) by segment; the rest expired."""
    t = Table(n)
    for segment, (earned, spent, kept, before) in segments.items():
        figures = {"earned": earned, "spent": spent, "balance": kept, "before": before}
        figures["expired"] = before + earned - spent - kept
        for metric, value in figures.items():
            t.add(f"points_{metric}", "segment", segment, value, half, "points")
    return one("points-by-segment", t)


def test_points_are_ordered_by_gap_and_the_keeper_named_if_clear():
    two = {"a": (1000, 900, 180, 100), "b": (1000, 300, 650, 0)}
    data = purse(10, **two)
    rows = data.finding.table
    assert rows["level"].tolist() == ["b", "a"]
    assert rows["gap"].iloc[0] == 700
    ends = rows[["points_spent", "points_spent_low", "points_spent_high"]]
    assert ends.iloc[0].tolist() == [300, 290, 310]
    whole = "For every 100 points earned, 60 are spent"
    assert data.finding.title == f"{whole}; largest balance: b, 650"
    assert purse(400, **two).finding.title == f"{whole}; no group clearly keeps the most"
    assert purse(0, n=1, **two).finding.title == f"{whole}, in one replication"


def test_points_beside_the_picture_add_up():
    """What was earned less what was spent is not what is kept: some was there before."""
    data = purse(10, a=(1000, 900, 180, 100), b=(1000, 300, 650, 0))
    words = written(data)
    assert {"Before", "Earned ● and spent ○", "Spent", "Expired", "Kept"} <= words
    assert {"1,000", "900", "100", "180 (170–190)"} <= words
    before, earned, spent, expired, kept = (
        data.finding.table[f"points_{part}"]
        for part in ("before", "earned", "spent", "expired", "balance")
    )
    assert (before + earned - spent - expired).tolist() == pytest.approx(kept.tolist())
    assert data.finding.note == ""


def written(data):
    """Words of a picture."""
    with mpl.rc_context(settings(choose_font().families)):
        page = lay_out(data.finding, context())
        data.plot(page)
    return {text.get_text() for text in page.figure.findobj(Text)}


# --- subsidy ------------------------------------------------------------------------------------


def money(half, n=20, **rules):
    """Yuan of zones a and b by rule."""
    t = Table(n)
    for rule, figures in rules.items():
        for zone, value in zip("ab", figures, strict=True):
            t.add("subsidy", "zone*rule", f"{zone}*{rule}", value, half, "yuan")
        t.add("subsidy_place_changes", "rule", rule, 0.25, 0.01)
    return one("subsidy", t)


def test_subsidy_names_the_zone_whom_the_rule_moves_most():
    data = money(1000, equal=(450_000, 450_000), use=(600_000, 320_000))
    first = data.finding.table.iloc[0]
    assert first[["use", "use_low", "use_high"]].tolist() == [600_000, 599_000, 601_000]
    assert data.finding.table["between"].tolist() == [150_000, 130_000]
    assert {"equal", "use", "450 k (449–451)", "150 k"} <= written(data)
    assert "another order of zones: equal 25 %, use 25 %" in data.finding.note
    alone = money(0, n=1, equal=(450_000, 450_000), use=(600_000, 320_000))
    assert alone.finding.note == ""
    assert data.finding.title == "The rule matters most to a: 450,000 to 600,000 yuan"
    unclear = money(90_000, equal=(450_000, 450_000), use=(600_000, 320_000)).finding.title
    assert unclear.startswith("No rule clearly moves money")
    same = money(10, equal=(450_000, 450_000), use=(450_000, 450_000)).finding.title
    assert same == "Every rule gives every zone the same money"
    once = money(0, n=1, equal=(450_000, 450_000), use=(600_000, 320_000)).finding.title
    assert once == "a: 450,000 to 600,000 yuan, depending on the rule, in one replication"


def test_subsidy_with_one_rule():
    assert money(10, use=(600, 300)).finding.title == "a gets most: 600 yuan"
    assert money(400, use=(600, 300)).finding.title == "No zone clearly gets most: at most 600 yuan"


def test_subsidy_shows_four_rules_and_says_what_is_left():
    results = neighbourhood()
    extra = results.summary[results.summary["level"].str.endswith("*equal")]
    more = extra.assign(level=extra["level"].str.replace("*equal", "*fifth"))
    summary = pd.concat([results.summary, more], ignore_index=True)
    (data,) = all_charts()["subsidy"].analyse(RunResults(results.context, summary, results.places))
    assert {rule.replace("_", " ") for rule in RULES} <= written(data)
    assert "fifth" not in written(data)
    assert "fifth" in data.finding.table
    assert data.finding.note.startswith("rules in the CSV only: 1")

"""Charts of a siting: titles claim what intervals allow, artists are the tables."""

import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from sim.report.charts.site.results import SiteResults
from sim.report.drawing import all_charts, draw_all
from sim.report.site.places import UNKNOWN, PageData, page_data
from sim.siting.figures import NO_FIGURE, Figure

from .drawn import as_found, drawn, outside, results, written
from .made_up import candidate, context, figure, found, ruling, seen

SVG = "{http://www.w3.org/2000/svg}"


def changed(**changes) -> PageData:
    return page_data(replace(found(), **changes))


def recommended(**changes) -> PageData:
    """The recommended plan with other figures."""
    plans = tuple(replace(p, **changes) if p.rank == 1 else p for p in found().plans)
    return changed(plans=plans)


@pytest.mark.parametrize("name", [n for n in all_charts(SiteResults) if not n.startswith("map")])
def test_words_stay_on_the_page(name):
    finding, page = as_found(name)
    assert not outside(page)
    assert len(finding.title.split()) <= 15
    assert len(finding.table)


@pytest.mark.usefixtures("coarse")
def test_files_have_their_charts_names_and_maps_are_called_so(tmp_path):
    few = changed(gains=(), frontier=(), left_out=(), outlooks=(), turns=())
    paths = draw_all(SiteResults(few, context()), tmp_path)
    names = {p.name for p in paths}
    assert {p.split(".")[0] for p in names} == {"map-before", "map-after", "plans"}
    assert {p.suffix for p in paths} == {".png", ".svg", ".csv"}
    table = pd.read_csv(tmp_path / "plans.csv", encoding="utf-8-sig")
    assert table["plan"].tolist()[:2] == ["plan 2", "plan 1"]
    assert table["gap"][0] == pytest.approx((59_100 - 58_400) / 59_100)


@pytest.mark.usefixtures("coarse")
def test_names_are_plain_text_in_an_svg(tmp_path):
    """Words of an SVG are text: a name that looks like markup must not become any."""
    draw_all(results(seen()), tmp_path, only=["left-out"])
    drawing = ElementTree.parse(tmp_path / "left-out.svg")
    assert '<b>&"暮云"</b>' in [node.text for node in drawing.iter(f"{SVG}text")]
    assert not list(drawing.iter(f"{SVG}b"))


def test_dots_of_plans_are_simulated_gains_with_intervals():
    _, page = as_found("plans")
    (ax,) = [a for a in page.figure.axes if a.lines]
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == [51_800, 50_100, 49_400, 47_300, 46_000, 21_500]  # today is no plan
    bars = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 3.5]
    assert list(bars[0]) == [49_900, 53_700]
    words = written(page)
    assert "within 1.2 %" in words
    assert words.count("no bound") == 2


def replicated(figures, n):
    """Each figure of the next number of replications."""
    return tuple(replace(f, n=number) for f, number in zip(figures, n, strict=False))


def test_footers_tell_the_replications_behind_the_figures():
    """What searching simulated is of fewer replications than the last word."""
    rows = found().left_out
    some = [r for r in rows if r.simulated.n]
    few = replicated([r.simulated for r in some], [7] * len(some))
    of_seven = tuple(replace(r, simulated=f) for r, f in zip(some, few, strict=True))
    _, page = drawn("left-out", changed(left_out=of_seven))
    assert "n = 7 simulated periods" in " ".join(written(page))
    plans = found().plans
    gains = replicated([p.gain for p in plans], [20, *range(11, 40)])
    dropped = tuple(replace(p, gain=g) for p, g in zip(plans, gains, strict=True))
    finding, page = drawn("plans", changed(plans=dropped))
    shown = finding.table.loc[finding.table["plan"] != "today", "n"]
    assert f"n = {shown.min()} to {shown.max()} simulated periods" in " ".join(written(page))


def test_titles_of_plans_claim_what_the_interval_allows():
    def title(gain: Figure) -> str:
        return drawn("plans", recommended(gain=gain))[0].title

    assert title(figure(900, 100)).startswith("Plan 2 gains 900 (800–1,000) person-hours")
    assert title(figure(900, 1_000)) == "Plan 2, ranked first, shows no clear gain over today"
    assert title(Figure(900, math.nan, math.nan, 1)).endswith("in one replication")
    for value, words in ((30_000.0, "not known"), (-5.0, "worth nothing")):
        assert words in written(drawn("plans", recommended(value=value))[1])
    nothing = (0,) * len(found().catalogue.moves)
    best = recommended(times=nothing, gain=Figure(0, math.nan, math.nan, 10))
    assert drawn("plans", best)[0].title == "No plan is better than today beyond chance"


def test_gains_are_sorted_and_show_both_ends():
    finding, page = as_found("gains-by-group")
    rows = finding.table[finding.table["group"] == "segment"]
    assert rows["difference"].is_monotonic_decreasing
    words = written(page)
    for row in rows.head(2).to_dict("records"):
        assert f"{100 * row['after']:.0f} %" in words
        assert any(text.startswith(f"{100 * row['difference']:+.1f}") for text in words)
    shares, differences = [ax for ax in page.figure.axes if ax.lines and ax.collections]
    after = np.concatenate([line.get_xdata() for line in shares.lines if len(line.get_xdata())])
    assert (100 * rows["after"].head(2)).round(6).isin(after.round(6)).all()
    ends = [
        tuple(seg[:, 0]) for c in differences.collections for seg in c.get_segments() if len(seg)
    ]
    low, high = (100 * rows[f"difference_{end}"].iloc[0] for end in ("low", "high"))
    assert any(pair == pytest.approx((low, high)) for pair in ends)


def test_only_jointly_clear_groups_are_counted():
    gains = tuple(
        replace(g, joint_low=-0.01, joint_high=0.2) if g.group == "community" else g
        for g in found().gains
    )
    finding, _ = drawn("gains-by-group", changed(gains=gains))
    assert finding.title == "No clear change in any of 12 communities"
    up = sum(g.joint_low > 0 for g in found().gains if g.group == "community")
    assert as_found("gains-by-group")[0].title.startswith(f"{up} of 12 communities gain")


def test_groups_that_lose_are_named():
    rows = [g for g in found().gains if g.group == "segment"]
    worse = replace(rows[0], level="older_crowd", difference=figure(-0.09, 0.01), joint_low=-0.11,
                    joint_high=-0.07)  # fmt: skip
    other = replace(worse, level="others", joint_high=0.1)
    title = drawn("gains-by-group", changed(gains=(worse, other)))[0].title
    assert title == "1 of 2 groups of people lose clearly, most older crowd"
    one = changed(gains=(worse,))  # everybody is of one group: nothing to compare
    assert not list(all_charts(SiteResults)["gains-by-group"].drawings(results(one)))
    both = drawn("gains-by-group", changed(gains=(rows[3], worse)))[0].title
    assert both.startswith("1 of 2 groups of people gain clearly, most")
    assert both.endswith("; 1 loses")


def test_frontier_bars_reach_the_bound_and_simulated_points_stand_where_they_cost():
    finding, page = as_found("frontier")
    table = finding.table[finding.table["front"] == "cost"]
    assert (table["bound"] >= table["value"]).all()
    ax = page.figure.axes[0]
    bars = ax.collections[0].get_segments()
    assert [b[0].tolist() for b in bars] == [
        pytest.approx([c, v]) for c, v in zip(table["cost"], table["value"], strict=True)
    ]
    assert [b[1, 1] for b in bars] == pytest.approx(table["bound"].tolist())
    squares = [line for line in ax.lines if line.get_marker() == "s"]
    known = table.dropna(subset=["simulated"])
    assert [s.get_xdata()[0] for s in squares] == known["cost"].tolist()
    assert len(known) == 3
    worse = tuple(replace(p, bound=3 * p.value) for p in found().frontier)
    assert drawn("frontier", changed(frontier=worse))[0].title == (
        "Not settled: for some budgets a better plan may exist in the planning model"
    )
    assert "gap" in table
    assert table["gap"].iloc[10] == pytest.approx(1 - 1 / 1.03)


def test_words_of_simulated_points_stay_within_the_margins():
    """Also of the dearest: its words stand to the left where there is no room to the right."""
    points = [p for p in found().frontier if p.front == "cost"]
    points[-1] = replace(points[-1], plan="plan 4", simulated=figure(58_157, 1_900))
    _, page = drawn("frontier", changed(frontier=tuple(points)))
    named = [t for t in page.figure.axes[0].texts if t.get_text().startswith("plan ")]
    assert [t.get_text() for t in named][-1] == "plan 4 58.2 k"
    boxes = [t.get_window_extent() for t in named]
    assert max(b.x1 for b in boxes) <= page.right * page.figure.dpi
    squares = [line for line in page.figure.axes[0].lines if line.get_marker() == "s"]
    at = [s.get_transform().transform(s.get_xydata())[0, 0] for s in squares]
    assert [box.x0 > x for box, x in zip(boxes, at, strict=True)] == [True, True, True, False]
    assert boxes[-1].x1 < at[-1]


def test_left_out_sites_are_sorted_by_what_they_add():
    finding, page = as_found("left-out")
    assert finding.table["simulated"].tolist() == [9_800 - 1_700 * i for i in range(7)]
    assert finding.title == "6 of 7 sites add clearly; none clearly most"
    apart = tuple(
        replace(r, simulated=figure(30_000.0, 100)) if i == 2 else r
        for i, r in enumerate(found().left_out)
    )
    title = drawn("left-out", changed(left_out=apart))[0].title
    assert title.startswith(f"{candidate(20)} adds most, 30.0 k")
    unknown = tuple(replace(r, simulated=UNKNOWN) for r in found().left_out)
    finding, page = drawn("left-out", changed(left_out=unknown))
    assert finding.title.endswith("adds most in the planning model")
    assert "2,600–2,900" in written(page)
    assert any("activity room at" in w for w in written(page))


def test_rounding_is_no_regret_and_who_was_not_searched_is_told_so():
    rows = list(found().left_out)
    rows[0] = replace(rows[0], regret=0.0, regret_at_most=5.7e-10, instead=())
    rows[1] = replace(rows[1], regret=0.0, regret_at_most=400.0, instead=(), searched=False)
    finding, page = drawn("left-out", changed(left_out=tuple(rows)))
    words = written(page)
    assert "0" in words
    assert "0–400" in words
    assert not any("e-" in w for w in words)
    assert "not searched" in words
    told = finding.table.set_index("site")["instead"]
    assert told[rows[1].site] == "not searched"
    assert told[rows[0].site] == ""


def frames(page, width: float) -> set[tuple[int, int]]:
    """(column, row) of cells with a frame of a width."""
    patches = (p for p in page.figure.axes[0].patches if p.get_linewidth() == width)
    return {(math.floor(p.get_x()), math.floor(p.get_y())) for p in patches}


def test_outlooks_frame_the_first_and_who_is_not_told_from_it():
    finding, page = as_found("outlooks")
    assert finding.title == "Plan 2 gains most in 4 of 5 outlooks and is clearly behind in 1"
    assert frames(page, 3) == {(0, 0), (0, 1), (0, 2), (1, 3), (0, 4)}
    assert frames(page, 1.8) == set()
    always = tuple(o for o in found().outlooks if o.outlook != "demand x 2")
    assert drawn("outlooks", changed(outlooks=always))[0].title == (
        "Plan 2 gains most in all 4 outlooks of demand"
    )
    vague = tuple(
        replace(o, behind=figure(o.behind.mean, 1_950.0 if o.rank > 1 else 0.0))
        for o in found().outlooks
    )
    finding, page = drawn("outlooks", changed(outlooks=vague))
    assert finding.title == "Plan 2 gains most in 4 of 5 outlooks and is never clearly behind"
    assert frames(page, 1.8) == {(1, 0), (1, 1), (1, 2), (0, 3), (1, 4)}


def test_outlooks_show_a_plan_once_whoever_proposed_it():
    plans = found().plans
    same = replace(plans[1], times=plans[0].times)
    page = drawn("outlooks", changed(plans=(plans[0], same, *plans[2:])))[1]
    heads = [word for word in written(page) if word in {p.label for p in plans}]
    assert heads == ["plan 2", "plan 3", "plan 4"]


def test_outlooks_are_simulated_and_the_model_stands_in_the_table():
    finding, page = as_found("outlooks")
    table = finding.table.set_index(["outlook", "plan"])
    there = table.loc["45,000 households", "plan 2"]
    assert there["below_best"] == pytest.approx(2_100 / (52_000 * 0.8))
    assert (there["rank"], there["model_rank"]) == (1, 4)
    assert there["simulated"] == pytest.approx(0.9 * 52_000 * 0.8)
    words = written(page)
    assert "37.4 k (35.9 to 38.9)" in words
    assert "n = 10 simulated periods" in " ".join(words)
    assert "Weighted mean gain" not in words
    with_ruling = drawn("outlooks", changed(ruling=ruling()))[1]
    assert "Weighted mean gain" in written(with_ruling)
    assert {(0, 5)} == {at for at in frames(with_ruling, 3) if at[1] == 5}
    assert {(1, 5)} == frames(with_ruling, 1.8)


def test_gaps_are_never_attached_to_a_simulated_figure():
    for chart in all_charts(SiteResults).values():
        ((finding, _),) = chart.drawings(results(seen()))
        if "within" in finding.title or "gap" in finding.title:
            assert "planning model" in finding.title


def test_sites_that_nobody_looked_at_take_no_row():
    rows = found().left_out
    unknown = [replace(row, simulated=NO_FIGURE, searched=False) for row in rows[2:]]
    finding, page = drawn("left-out", changed(left_out=(*rows[:2], *unknown)))
    assert len(finding.table) == len(rows)
    assert f"; {len(rows) - 2} more sites: left-out.csv" in finding.note
    assert "not searched" not in written(page)

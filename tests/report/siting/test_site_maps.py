"""Maps before and after: one scale, one extent, minutes and catchments as found."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from sim.report import theme
from sim.report.charts.site.map_plot import _apart
from sim.report.site.places import page_data

from .drawn import as_found, drawn, homes_of, outside, written
from .made_up import HOSTILE, found, links, seen


@pytest.fixture(scope="module")
def maps():
    return {name: as_found(name) for name in ("map-before", "map-after")}


def test_both_maps_have_one_scale_and_one_extent(maps):
    before, after = (maps[name][1].figure.axes[0] for name in ("map-before", "map-after"))
    assert before.get_xlim() == pytest.approx(after.get_xlim())
    assert before.get_ylim() == pytest.approx(after.get_ylim())
    colours = [homes_of(ax).norm for ax in (before, after)]
    both = np.concatenate([found().today.minutes, found().after.minutes])
    assert {(c.vmin, c.vmax) for c in colours} == {(0.0, 25.0)}
    assert np.nanmax(both) <= 25.0


def test_the_scale_is_that_of_the_map_with_longer_walks():
    longer = replace(found().today, minutes=3 * found().today.minutes)
    norms = [
        homes_of(drawn(name, page_data(replace(found(), today=longer)))[1].figure.axes[0]).norm
        for name in ("map-before", "map-after")
    ]
    assert norms[0].vmax == norms[1].vmax >= np.nanmax(longer.minutes)


@pytest.mark.parametrize("name", ["map-before", "map-after"])
def test_a_kilometre_is_as_long_upwards(maps, name):
    ax = maps[name][1].figure.axes[0]
    box = ax.get_window_extent()
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    assert box.width / (x1 - x0) == pytest.approx(box.height / (y1 - y0), rel=1e-6)


@pytest.mark.parametrize(("name", "view"), [("map-before", "today"), ("map-after", "after")])
def test_colours_are_minutes_and_lines_lead_to_the_centre(maps, name, view):
    seen_view, xy = getattr(found(), view), getattr(seen(), view)
    ax = maps[name][1].figure.axes[0]
    dots = homes_of(ax)
    minutes = dict(zip(map(tuple, seen().homes.round(9)), seen_view.minutes, strict=True))
    for at, value in zip(dots.get_offsets().round(9), dots.get_array(), strict=True):
        assert minutes[tuple(at)] == pytest.approx(value)
    lines = [s for c in ax.collections if isinstance(c, LineCollection) for s in c.get_segments()]
    wanted = {
        (*home.round(6), *xy[c].round(6))
        for home, c in zip(seen().homes, seen_view.catchment, strict=True)
        if c >= 0
    }
    assert {(*a.round(6), *b.round(6)) for a, b in lines} == wanted


def test_the_table_has_both_and_the_title_their_means(maps):
    finding, _ = maps["map-after"]
    t = finding.table
    means = [np.average(t[c], weights=t["wishes"]) for c in ("minutes_before", "minutes_after")]
    assert finding.title == (
        f"Plan 2 opens 9 rooms at 6 sites; mean walk {means[0]:.1f} to {means[1]:.1f} minutes"
    )
    assert f"{means[0]:.1f} minutes' walk" in maps["map-before"][0].title


@pytest.mark.parametrize("name", ["map-before", "map-after"])
def test_words_stay_on_the_page_and_lists_apart(maps, name):
    page = maps[name][1]
    assert not outside(page)
    rows = [t for t in page.figure.texts if t.get_position()[0] > 0.45]
    boxes = [t.get_window_extent() for t in rows]
    for i, a in enumerate(boxes):
        for j, b in enumerate(boxes[i + 1 :], start=i + 1):
            clash = a.shrunk(0.98, 0.6).overlaps(b.shrunk(0.98, 0.6))
            assert not clash, (rows[i].get_text(), rows[j].get_text())


def test_what_the_plan_does_is_named_in_the_map(maps):
    words = " ".join(written(maps["map-after"][1]))
    assert "2 x badminton court" in words
    assert "hall to badminton court" in words
    assert HOSTILE in words  # a picture shows a name as it is
    assert "五常港人行桥: link" in words


def test_a_link_of_many_walks_is_drawn_thin_and_only_if_it_opens():
    lon, lat = found().homes.lonlat[3].tolist()
    fan = tuple(((lon, lat), (lon + 0.002 * i, lat + 0.006)) for i in range(6))
    many = page_data(found(), {"五常港人行桥": fan, "地下通道": fan})
    crimson = {}
    for name in ("map-before", "map-after"):
        ax = drawn(name, many)[1].figure.axes[0]
        crimson[name] = [
            line.get_linewidth()
            for line in ax.lines
            if line.get_color() == theme.PALETTE[2] and line.get_zorder() == 1.8
        ]
    assert crimson == {"map-before": [], "map-after": [1.4] * 6}


def test_fifty_sites_that_open_are_lettered_and_the_list_is_cut():
    catalogue = found().catalogue
    times = tuple(1 if m.what == "open" and i % 4 == 0 else 0 for i, m in
                  enumerate(catalogue.moves))  # fmt: skip
    plans = tuple(replace(p, times=times) if p.rank == 1 else p for p in found().plans)
    page = drawn("map-after", page_data(replace(found(), plans=plans), links()))[1]
    assert not outside(page)
    words = written(page)
    assert {"A", "Z", "A1", "H2"} <= set(words)
    assert any(w.startswith("and ") and w.endswith("see sites.csv") for w in words)


def test_of_very_many_sites_only_those_explained_have_letters(monkeypatch):
    """The others are small, where they are; none is left out."""
    monkeypatch.setattr("sim.report.charts.site.map_plot.LETTERED", 20)
    catalogue = found().catalogue
    times = tuple(int(m.what == "open" and i % 4 == 0) for i, m in enumerate(catalogue.moves))
    plans = tuple(replace(p, times=times) if p.rank == 1 else p for p in found().plans)
    several = page_data(replace(found(), plans=plans), links())
    page = drawn("map-after", several)[1]
    words, opened = written(page), [s for s in several.sites if s.moves]
    more = next(w for w in words if w.startswith("and ") and w.endswith("see sites.csv"))
    explained = len(opened) - int(more.split()[1])
    lettered = [w for w in words if len(w) == 1 and w.isupper() and w.isascii()]
    assert len(set(lettered)) == explained
    marks = [c for c in page.figure.axes[0].collections if c.get_zorder() in (3.6, 4)]
    assert sum(len(c.get_offsets()) for c in marks) == len(opened)
    small = next(c for c in marks if c.get_zorder() == 3.6)
    assert len(small.get_offsets()) == len(opened) - explained


def test_homes_without_a_room_are_drawn_apart():
    minutes = found().today.minutes.copy()
    minutes[:3] = np.nan
    catchment = found().today.catchment.copy()
    catchment[:3] = -1
    today = replace(found().today, minutes=minutes, catchment=catchment)
    finding, page = drawn("map-before", page_data(replace(found(), today=today)))
    assert len(homes_of(page.figure.axes[0]).get_offsets()) == len(minutes) - 3
    assert finding.table["centre_before"].tolist()[:3] == ["", "", ""]
    assert "nan" not in finding.title
    assert "no suitable room" in written(page)
    assert "no one lives here yet" not in written(page)


def test_homes_where_nobody_lives_yet_are_not_called_badly_served():
    wishes, minutes = found().today.wishes.copy(), found().today.minutes.copy()
    wishes[:3], minutes[:3] = 0.0, np.nan
    today = replace(found().today, wishes=wishes, minutes=minutes)
    words = written(drawn("map-before", page_data(replace(found(), today=today)))[1])
    assert "no one lives here yet" in words
    assert "no suitable room" not in words


def test_pins_are_pushed_apart_and_others_stay():
    xy = np.array([(0.0, 0.0), (0.0, 0.0), (0.1, 0.0), (5.0, 5.0)])
    moved = _apart(xy, 1.0)
    away = np.hypot(*(moved[:, None] - moved[None]).transpose(2, 0, 1))
    assert away[np.triu_indices(4, 1)].min() > 0.9
    assert moved[3].tolist() == [5.0, 5.0]
    assert _apart(xy[:1], 1.0).tolist() == [[0.0, 0.0]]

"""Names of zones on the map: apart from each other, near their own zone, over few dots."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sim.report.charts.maps import free_spot
from sim.report.charts.run import map_unmet
from sim.report.context import RunResults
from sim.report.fonts import choose_font
from sim.report.page import lay_out
from sim.report.theme import settings

from .fake import Table, context

NONE = np.zeros((0, 4))
SIZE = (1.0, 0.3)
VIEW = (-5.0, 5.0, -5.0, 5.0)


def dots(*middles, around=0.4):
    """Nine dots a zone."""
    steps = (-around, 0, around)
    return np.array([(x + dx, y + dy) for x, y in middles for dx in steps for dy in steps])


def test_a_name_stands_in_the_middle_if_nothing_is_there():
    nothing, middles = np.zeros((0, 2)), np.array([(2.0, 3.0)])
    assert free_spot(nothing, NONE, middles, 0, 1.0, SIZE, VIEW).tolist() == [2, 3]


def test_a_name_leaves_its_dots_free_where_there_is_room():
    middles = np.array([(0.0, 0.0)])
    spot = free_spot(dots((0, 0)), NONE, middles, 0, 0.5, SIZE, VIEW)
    apart = np.abs(dots((0, 0)) - spot)
    assert not ((apart[:, 0] < SIZE[0] / 2) & (apart[:, 1] < SIZE[1] / 2)).any()
    assert np.hypot(*spot) < 1.2


def test_names_of_zones_in_one_place_do_not_clash():
    """Each stays nearest to its own zone."""
    middles = np.array([(0.0, 0.0), (0.4, -0.3), (-0.4, -0.3)])
    names = NONE
    for zone in range(3):
        spot = free_spot(dots(*middles), names, middles, zone, 0.5, SIZE, VIEW)
        assert np.hypot(*(middles - spot).T).argmin() == zone
        between = np.abs(names[:, :2] - spot)
        assert not ((between[:, 0] < SIZE[0]) & (between[:, 1] < SIZE[1])).any()
        names = np.vstack([names, (*spot, *SIZE)])


def test_zones_with_one_middle_are_both_named():
    middles = np.zeros((2, 2))
    first = free_spot(np.zeros((0, 2)), NONE, middles, 0, 0.5, SIZE, VIEW)
    second = free_spot(np.zeros((0, 2)), np.array([(*first, *SIZE)]), middles, 1, 0.5, SIZE, VIEW)
    assert abs(first - second)[1] >= SIZE[1] or abs(first - second)[0] >= SIZE[0]


def test_a_name_stays_on_the_map_and_where_it_was_judged():
    """At the edge the place is judged where the name stands, not beyond."""
    middles = np.array([(4.9, 4.9)])
    first = free_spot(np.zeros((0, 2)), NONE, middles, 0, 0.5, SIZE, VIEW)
    assert first.tolist() == pytest.approx([5 - 0.55, 5 - 0.18])
    names = np.array([(*first, *SIZE)])
    x, y = free_spot(np.zeros((0, 2)), names, middles, 0, 0.5, SIZE, VIEW)
    assert x + SIZE[0] / 2 <= 5
    assert y + SIZE[1] / 2 <= 5
    assert abs(first[0] - x) >= SIZE[0] or abs(first[1] - y) >= SIZE[1]


@pytest.mark.parametrize("zones", [3, 14])
def test_names_of_a_whole_map_lie_apart(zones):
    """Zones in a grid like the district's; the first three share a place."""
    t, rows = Table(), []
    for zone in range(zones):
        x, y = (0, 0) if zone < 3 else (8.0 * (zone % 4), 8.0 * (zone // 4))
        for i in range(20):
            name, turn = f"{zone} {i}", 2.4 * i
            far = 0.35 * np.sqrt(i + 1) + zone % 3 * 0.1
            at = (x + far * np.cos(turn) + 0.6 * (zone % 3), y + far * np.sin(turn))
            rows.append(("origin", name, f"第{zone}号片区", "", *at, 100 + i))
            t.add("wishes", "origin", name, 900, unit="count")
            t.add("not_asked_share", "origin", name, 0.3 + 0.01 * i)
            t.add("refused_share", "origin", name, 0.04)
    columns = ["type", "name", "zone", "tier", "x_km", "y_km", "people"]
    (data,) = map_unmet.analyse(
        RunResults(context(), t.frame(), pd.DataFrame(rows, columns=columns))
    )
    with mpl.rc_context(settings(choose_font().families)):
        page = lay_out(data.finding, context())
        map_unmet.plot(page, data)
        page.figure.draw_without_rendering()
        found = [x for x in page.figure.findobj(Text) if "号片区" in x.get_text() and x.axes]
        boxes = [text.get_window_extent() for text in found]
        bars = [x.get_window_extent() for x in page.figure.findobj(Text) if " km" in x.get_text()]
    assert len(boxes) == 2 * zones
    boxes += bars
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert not a.overlaps(b)

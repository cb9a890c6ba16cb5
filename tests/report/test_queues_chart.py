"""Queues by hour: the busiest kinds, who waits longest, and turns that make nobody queue."""

import matplotlib as mpl
import pytest
from matplotlib.text import Text

from sim.report.charts.run import queues
from sim.report.fonts import choose_font
from sim.report.page import lay_out
from sim.report.theme import settings

from .fake import Table, context
from .fake_neighbourhood import one


def lines(waits, half=0.1, n=20, arrivals=None, away=0.05, **changes):
    """Waits by `kind*daytype*hour`, 1,000 arrivals in every hour unless said."""
    t = Table(n)
    for level, wait in waits.items():
        t.add("arrivals", queues.GROUP, level, (arrivals or {}).get(level, 1000), unit="count")
        t.add("mean_wait_minutes", queues.GROUP, level, wait, half, "minutes")
        t.add("turned_away_share", queues.GROUP, level, away, 0.01)
        t.add("seats_taken_share", queues.GROUP, level, 0.5, 0.01)
    return one("queues-by-hour", t, place_kind_labels={}, **changes)


WAITS = {"canteen*weekday*11": 4.0, "canteen*weekday*12": 9.2, "canteen*weekend*12": 3.0,
         "reading_room*weekday*12": 1.0}  # fmt: skip


def test_queues_show_each_kind_in_the_hour_of_its_longest_queue():
    data = lines(WAITS)
    words = written(data)
    assert {"canteen", "reading room", "weekday 12:00", "9.2 (9.1–9.3)", "50 % (49–51)"} <= words
    cells = data.finding.table.set_index("level")
    assert cells.loc["canteen*weekday*11", "mean_wait_minutes"] == 4.0
    assert cells.loc["canteen*weekend*12", "turned_away_share"] == 0.05


def test_queues_name_the_longest_wait_as_far_as_intervals_tell():
    assert lines(WAITS).finding.title == (
        "canteen: people wait longest at 12:00 on weekdays, 9.2 minutes on average"
    )
    near = {**WAITS, "canteen*weekday*11": 9.1}
    assert lines(near).finding.title == (
        "canteen: people wait longest on weekdays from 11:00 to 13:00, up to 9.2 minutes"
    )
    apart = {**WAITS, "canteen*weekend*12": 9.1}
    assert lines(apart).finding.title == (
        "canteen: longest waits, up to 9.2 minutes; no single hour stands out"
    )
    tied = {**WAITS, "reading_room*weekday*12": 9.1}
    assert lines(tied).finding.title == (
        "No place clearly has the longest wait; mean waits reach 9.2 minutes"
    )
    assert lines(WAITS, n=1).finding.title == (
        "canteen: longest wait 9.2 minutes, at 12:00 on weekdays, in one replication"
    )


def test_queues_without_waits_and_of_rare_hours():
    still = dict.fromkeys(WAITS, 0.0)
    assert lines(still, half=0, away=0).finding.title == (
        "Nobody waits or is turned away in this scenario"
    )
    assert lines(still, half=0, away=0.25).finding.title == (
        "Hardly anybody waits in this scenario; 25 % of arrivals are turned away"
    )
    rare = {**WAITS, "canteen*weekday*20": 60.0}
    assert "9.2 minutes" in lines(rare, arrivals={"canteen*weekday*20": 3}).finding.title


def test_queues_show_the_busiest_kinds_first():
    waits = {f"{kind}*weekday*12": wait for wait, kind in enumerate("abcde")}
    people = {f"{kind}*weekday*12": 5000 - 500 * i for i, kind in enumerate("cabde")}
    data = lines(waits, arrivals=people, away=0)
    assert "e: people wait longest at 12:00 on weekdays, 4.0 minutes" in data.finding.title
    assert data.finding.note == ""
    assert set("abcde") <= written(data)


TURNS = {"canteen": (30, 11, 13)}


def test_waiting_for_the_next_turn_is_no_queue():
    """Half a turn is taken off in hours with turns, and said: title and picture are of the rest."""
    waits = {"canteen*weekday*11": 15.0, "canteen*weekday*12": 15.02, "canteen*weekday*17": 0.0,
             "clinic*weekday*09": 3.8}  # fmt: skip
    data = lines(waits, turn_kinds=TURNS)
    assert data.finding.title == (
        "clinic: people queue longest at 09:00 on weekdays, 3.8 minutes on average"
    )
    assert data.finding.note == (
        "canteen: seated in turns of 30 minutes; half a turn is taken off the wait"
    )
    cell = data.finding.table.set_index("level").loc["canteen*weekday*12"]
    assert cell["mean_wait_minutes"] == 15.02
    assert cell["mean_queue_minutes"] == pytest.approx(0.02)
    assert "Queue, minutes (mean" in " ".join(written(data))
    assert lines(waits).finding.title == (
        "canteen: people wait longest on weekdays from 11:00 to 13:00, up to 15 minutes"
    )
    assert lines(waits).finding.note == ""


def test_a_queue_beyond_the_next_turn_counts():
    waits = {"canteen*weekday*12": 25.0, "canteen*weekday*17": 8.0, "clinic*weekday*09": 3.8}
    assert lines(waits, turn_kinds=TURNS).finding.title == (
        "canteen: people queue longest at 12:00 on weekdays, 10 minutes on average"
    )
    evening = {**waits, "canteen*weekday*12": 16.0}  # no turns at 17:00
    assert "at 17:00 on weekdays, 8.0 minutes" in lines(evening, turn_kinds=TURNS).finding.title
    assert lines(waits, n=1, turn_kinds=TURNS).finding.title == (
        "canteen: longest queue 10 minutes, at 12:00 on weekdays, in one replication"
    )


def test_nothing_but_turns_is_no_queue_at_all():
    waits = {"canteen*weekday*11": 15.0, "canteen*weekday*12": 14.9}
    assert lines(waits, half=0, away=0, turn_kinds=TURNS).finding.title == (
        "Nobody queues or is turned away in this scenario"
    )
    assert lines(waits, half=0, away=0.25, turn_kinds=TURNS).finding.title == (
        "Hardly anybody queues in this scenario; 25 % of arrivals are turned away"
    )


def test_turns_of_several_kinds_in_one_note():
    waits = {"canteen*weekday*12": 15.0, "kitchen*weekday*12": 15.0, "tea*weekday*15": 30.0}
    turns = {"canteen": (30, 11, 13), "kitchen": (30, 12, 13), "tea": (60, 15, 16)}
    assert lines(waits, turn_kinds=turns).finding.note == (
        "canteen and kitchen: seated in turns of 30 minutes; half a turn is taken off the wait. "
        "tea: seated in turns of 60 minutes; half a turn is taken off the wait"
    )


def test_a_wait_of_seconds_is_not_written_to_three_digits():
    words = written(lines({"canteen*weekday*12": 0.00078, "gym*weekday*12": 5.0}, half=0.0001))
    assert "<0.1" in words
    assert not any("0.00078" in text for text in words)


def written(data):
    """Words of the picture."""
    with mpl.rc_context(settings(choose_font().families)):
        page = lay_out(data.finding, context())
        data.plot(page)
    return {text.get_text() for text in page.figure.findobj(Text)}

"""A season's week by hand: halls, courts and rooms of 和合, groups with Chinese names."""

import datetime as dt

import numpy as np

from optimise.slots.problem import Sessions
from optimise.slots.solution import Solution
from sim.season.published import PublishedRequest, PublishedVenue, SeasonWeek
from sim.season.timetable import Session

FIRST, LAST = dt.date(2026, 3, 2), dt.date(2026, 7, 5)  # 18 weeks, Monday to Sunday
STEP = 30
GROUPS = (
    "晨曦太极队",
    "仓前羽毛球俱乐部 Cangqian Badminton Club",
    "Table tennis friends",
    "和合舞蹈团",
    "未来科技城程序员读书会 Reading Circle",
    "Choir",
    "亲子手工坊",
    "银龄书法社",
)


def cells(*stretches, step=STEP):
    """(days, first hour, last hour) as a mask of the week."""
    mask = np.zeros((7, 1440 // step), dtype=bool)
    for days, start, end in stretches:
        mask[list(days), round(start * 60 / step) : round(end * 60 / step)] = True
    return mask


PRIME = cells((range(5), 18, 22), (range(5, 7), 9, 21))


def place(name, centre="和合邻里中心", kind="badminton_court", **changes):
    given = {
        "open": cells((range(7), 9, 22)),
        "kept": cells(([2], 18, 20), ([6], 9, 12)),
        "tier": "subdistrict",
        "zone": "和合万家",
        **changes,
    }
    return PublishedVenue(name=name, centre=centre, kind=kind, **given)


def session(venue, weekday, start, end, group=GROUPS[1], choice=1, first=FIRST, last=LAST, **more):
    request = more.get("request", f"r-{group}")
    party = more.get("party_size", 12)
    hours = round(start * 60), round(end * 60)
    return Session(request, group, venue, weekday, *hours, first, last, party, choice)


def season(places, sessions, asked=None, lost=None, solution=True, step=STEP, prime=PRIME):
    if asked is None:
        minutes = {}
        for s in sessions:
            minutes[(s.request, s.group)] = minutes.get((s.request, s.group), 0) + s.end - s.start
        asked = [
            PublishedRequest(r, g, ("older people", "employees", "students")[i % 3],
                  ("和合万家", "科创未来")[i % 2], 2 * m)
            for i, ((r, g), m) in enumerate(minutes.items())
        ]  # fmt: skip
    proof = Solution(12_340, 12_600, "feasible", Sessions(), 2.0, "prices", 11_000)
    return SeasonWeek(
        "spring", FIRST, LAST, step, tuple(places), prime, tuple(sessions), tuple(asked),
        lost or {}, proof if solution else None,
    )  # fmt: skip


def full_venue(name="和合邻里中心·羽毛球场3", step=2.0, gap=0.5):
    """Sessions all day long, every group in turn, every third in second choice."""
    out, i = [], 0
    for weekday in range(1, 8):
        start = 9.0
        while start + step <= 22:
            kept = (weekday == 3 and start < 20 and start + step > 18) or (
                weekday == 7 and start < 12
            )
            if not kept:
                group = GROUPS[i % len(GROUPS)]
                out.append(session(name, weekday, start, start + step, group, 1 + (i % 3 == 2)))
            start += step + gap
            i += 1
    return out

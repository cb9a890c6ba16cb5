"""Sorts of clubs: who they are, what they ask for and when. All numbers are assumptions."""

from __future__ import annotations

from dataclasses import dataclass

EVENINGS = "Mon-Fri 18:00-22:00"
WEEKENDS = "Sat-Sun 9:00-21:00"
MORNINGS = "Mon-Fri 8:30-11:30"
AFTER_SCHOOL = "Mon-Fri 16:00-19:00"
PIANO_TIERS = ("subdistrict", "community")
"""Activity rooms of these centres have a piano (`allocation.equipment` of the scenario)."""


@dataclass(frozen=True, slots=True)
class Clubs:
    """Clubs that are alike.

    Parameters
    ----------
    name
        Part of the requests' names.
    label
        Chinese name, part of the groups' names.
    count
        Requests.
    homes
        Type of origin they come from (compounds and villages by their people of the segment), or
        `centre`: centres of the two upper tiers in turn.
    party
        Fewest and most people of a session.
    minutes
        Pairs of shortest and longest length, one drawn.
    sessions
        Sessions a week, one drawn.
    first, second
        Pairs of stretches of first and second choice, one pair drawn.
    levels
        Levels, one drawn; empty: none.
    """

    name: str
    label: str
    count: int
    segment: str
    homes: str
    kind: str
    party: tuple[int, int]
    minutes: tuple[tuple[int, int], ...]
    sessions: tuple[int, ...]
    choices: tuple[tuple[str, str], ...]
    priority: tuple[float, ...] = (1.0,)
    equipment: str = ""
    levels: tuple[str, ...] = ()


_AFTER_WORK = (
    ("Mon-Thu 19:00-21:30", "Fri 18:00-21:30; Sat-Sun 14:00-21:00"),
    ("Mon Wed Fri 18:30-21:30", "Tue Thu 18:30-21:30; Sun 9:00-12:00"),
    ("Tue Thu 18:00-21:00", f"{EVENINGS}; {WEEKENDS}"),
    ("Sat-Sun 9:00-12:00; Sat-Sun 15:00-18:00", EVENINGS),
)
_OF_OLDER = (
    (MORNINGS, "Mon-Fri 14:00-16:30"),
    ("Mon Wed Fri 9:00-11:30", "Tue Thu 9:00-11:30; Sat 9:00-11:30"),
    ("Tue Thu 14:00-17:00", MORNINGS),
)
_OF_CHILDREN = (
    ("Sat-Sun 9:00-12:00", "Sat-Sun 14:00-17:00"),
    ("Sat-Sun 14:00-17:30", f"Sat-Sun 9:00-12:00; {AFTER_SCHOOL}"),
    (AFTER_SCHOOL, "Sat-Sun 9:00-17:00"),
)
_OF_OPERATORS = (
    ("Mon-Fri 14:00-17:00", "Mon-Fri 9:00-12:00"),
    ("Tue-Thu 18:30-20:30", "Mon Fri 18:30-20:30; Sat 14:00-17:00"),
    ("Sat 9:00-12:00", "Sun 9:00-12:00; Sat-Sun 14:00-17:00"),
)
_SPORT = ("elite", "adult", "adult", "youth")

CLUBS: tuple[Clubs, ...] = (
    Clubs("badminton", "羽毛球俱乐部", 58, "working_adult", "compound", "badminton_court", (4, 6),
          ((120, 120), (60, 120), (120, 180)), (1, 1, 2), _AFTER_WORK, levels=_SPORT),
    Clubs("badminton-youth", "少年羽毛球队", 16, "teenager", "compound", "badminton_court", (4, 6),
          ((60, 90), (90, 120)), (2, 3), _OF_CHILDREN, (1.5,), levels=("youth",)),
    Clubs("badminton-company", "企业羽毛球队", 28, "employee", "workplace", "badminton_court",
          (4, 6), ((120, 120), (90, 120)), (1, 1, 2), _AFTER_WORK, levels=("adult",)),
    Clubs("badminton-students", "大学生羽毛球社", 10, "student", "campus", "badminton_court",
          (4, 6), ((90, 120),), (1, 2), _AFTER_WORK, levels=("adult",)),
    Clubs("table-tennis", "乒乓球队", 26, "older", "compound", "table_tennis", (2, 4),
          ((90, 120), (60, 120)), (2, 3), _OF_OLDER),
    Clubs("basketball", "篮球队", 16, "working_adult", "compound", "basketball_court", (10, 16),
          ((120, 120), (60, 120)), (1, 1, 2), _AFTER_WORK, levels=_SPORT),
    Clubs("basketball-company", "企业篮球队", 10, "employee", "workplace", "basketball_court",
          (10, 16), ((90, 120),), (1,), _AFTER_WORK, levels=("adult",)),
    Clubs("dance-older", "舞蹈队", 42, "older", "compound", "dance_studio", (10, 20),
          ((120, 120), (90, 120)), (2, 3), _OF_OLDER),
    Clubs("dance-children", "少儿舞蹈班", 18, "young_family", "compound", "dance_studio", (10, 18),
          ((60, 90),), (1, 2), _OF_CHILDREN, (1.2,)),
    Clubs("yoga", "瑜伽班", 16, "employee", "workplace", "dance_studio", (8, 16),
          ((60, 90),), (1, 2), _AFTER_WORK),
    Clubs("choir", "合唱团", 24, "older", "compound", "activity_room", (18, 30),
          ((90, 120), (120, 150)), (1, 2), _OF_OLDER, equipment="piano"),
    Clubs("calligraphy", "书画班", 18, "older", "compound", "art_room", (10, 22),
          ((90, 120), (120, 120)), (1, 2), _OF_OLDER),
    Clubs("crafts", "少儿手工班", 20, "young_family", "compound", "children_room", (8, 20),
          ((60, 90), (90, 120)), (1, 1, 2), _OF_CHILDREN, (1.2,)),
    Clubs("early-years", "亲子班", 22, "young_family", "compound", "children_room", (8, 18),
          ((60, 60), (60, 90)), (1, 2), (("Tue-Fri 9:30-11:30", "Sat-Sun 9:30-11:30"),
          ("Sat-Sun 9:30-11:30", "Sat-Sun 14:00-17:00")), (1.2,)),
    Clubs("start-ups", "创业沙龙", 12, "student", "campus", "co_working", (8, 24),
          ((120, 180),), (1,), (("Mon-Thu 18:00-21:00", "Sat 14:00-18:00"),)),
    Clubs("programme", "公益课堂", 34, "midlife", "centre", "activity_room", (12, 28),
          ((90, 120), (60, 90)), (1, 2), _OF_OPERATORS, (2.0,)),
    Clubs("lectures", "健康讲座", 14, "older", "centre", "meeting_room", (10, 16),
          ((60, 90),), (1,), _OF_OPERATORS, (2.0,), equipment="projector"),
    Clubs("performances", "文艺演出队", 8, "midlife", "centre", "hall", (40, 120),
          ((120, 180),), (1, 2), (("Fri 18:30-21:30; Sat 14:00-21:00", "Mon-Thu 18:30-21:30"),),
          (2.0,)),
    Clubs("homework", "课后自习", 8, "teenager", "compound", "reading_room", (8, 24),
          ((90, 120),), (3, 4), ((AFTER_SCHOOL, "Mon-Fri 15:00-18:00"),), (1.5,)),
)  # fmt: skip
"""400 requests in all."""

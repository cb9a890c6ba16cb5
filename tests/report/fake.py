"""A made-up run with known shape: 3 zones, 3 tiers, 10 kinds, 45 origins, Chinese names."""

from datetime import date

import numpy as np
import pandas as pd

from sim.report.context import ChartContext, RunResults

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = [f"{d}-{h:02d}" for d in DAYS for h in range(24)]
TIERS = {
    "subdistrict": "subdistrict 街道级",
    "community": "community 社区级",
    "compound": "compound 小区级",
}
ZONES = ("和合万家", "科创未来", "产居梦想")
KINDS = {
    "badminton_court": "badminton court 羽毛球场",
    "basketball_court": "basketball court 篮球场",
    "activity_room": "activity room 活动室",
    "dance_studio": "dance studio 舞蹈室",
    "meeting_room": "meeting room 会议室",
    "reading_room": "reading room 阅览室",
    "table_tennis": "table tennis 乒乓球",
    "music_room": "music room 音乐室",
    "kitchen": "shared kitchen 共享厨房",
    "lecture_hall": "lecture hall 报告厅",
}
SEGMENTS = ("young families", "older people", "employees", "students", "teenagers", "other adults")
REASONS = ("too far", "closed then", "no such kind", "rather not")
REFUSALS = ("full", "window", "limit")
NAMES = "仓前高教海创梦想未来科技和合绿汀云城翡翠澜庭郡苑府园湾里"


def context(**changes):
    base = {
        "scenario_name": "cangqian",
        "title": "Cangqian today",
        "place": "Cangqian subdistrict 仓前街道",
        "first_day": date(2025, 1, 1),
        "last_day": date(2025, 10, 31),
        "n_replications": 20,
        "venues": "219 venues",
        "run_id": "3f9c21ab",
        "off_platform_share": 0.3,
        "source": "linli simulation, synthetic world calibrated to 7,121 bookings "
        "(China City News, 2025-11-01)",
        "tier_labels": TIERS,
        "kind_labels": KINDS,
    }
    return ChartContext(**{**base, **changes})


class Table:
    """Collects rows of summary.csv."""

    def __init__(self, n=20, seed=1):
        self.rows, self.n, self.rng = [], n, np.random.default_rng(seed)

    def add(self, metric, group, level, mean, half=None, unit="share"):
        low = high = np.nan
        if self.n > 1 and not np.isnan(mean):
            half = 0.04 * abs(mean) if half is None else half
            low, high = max(mean - half, 0), mean + half
            if unit == "share":
                high = min(high, 1)
        self.rows.append((metric, group, level, mean, low, high, self.n, unit))

    def frame(self):
        columns = ["metric", "group", "level", "mean", "ci_low", "ci_high", "n", "unit"]
        return pd.DataFrame(self.rows, columns=columns)


def origins(n=45, seed=4):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        zone = i % 3
        x, y = rng.normal([(-1.8, 0.6), (0.3, -1.0), (2.1, 0.9)][zone], 0.75)
        name = "".join(rng.choice(list(NAMES), 4)) + f"{i + 1}"
        people = int(rng.integers(1500, 6000))
        rows.append(("origin", name, ZONES[zone], "", x, y, people))
    for tier, k in (("subdistrict", 3), ("community", 12), ("compound", 40)):
        for i in range(k):
            zone = i % 3
            x, y = rng.normal([(-1.8, 0.6), (0.3, -1.0), (2.1, 0.9)][zone], 0.7)
            rows.append(("centre", f"{tier}{i}", ZONES[zone], tier, x, y, 0))
    columns = ["type", "name", "zone", "tier", "x_km", "y_km", "people"]
    return pd.DataFrame(rows, columns=columns)


def fake_results(scale=1.0, tiers=tuple(TIERS), kinds=None, n=20, places=None, **changes):
    """A run; `scale` 0 has no wishes at all."""
    t = Table(n)
    kinds = dict(KINDS) if kinds is None else kinds
    places = origins() if places is None else places
    _calendar(t, scale, tiers)
    _demand(t, scale, tiers, kinds)
    _origins(t, scale, places)
    words = {"n_replications": n, "tier_labels": TIERS, "kind_labels": kinds, **changes}
    return RunResults(context(**words), t.frame(), places)


def _busy(level):
    day, hour = level.split("-")
    hour = int(hour)
    peak = np.exp(-((hour - 19.5) ** 2) / 4) + 0.35 * np.exp(-((hour - 10) ** 2) / 6)
    return peak * (1.5 if day in ("Sat", "Sun") and hour < 18 else 1.0)


def _calendar(t, scale, tiers):
    for i, tier in enumerate(tiers):
        for level in HOURS:
            hour = int(level[-2:])
            opened = 8 <= hour < (22 if i < 2 else 21) and not (
                tier == "compound" and level[:3] == "Mon"
            )
            name = f"{tier}*{level}"
            t.add("open_share", "tier*hour_of_week", name, float(opened), 0)
            use = scale * 0.045 * (1 - 0.3 * i) * _busy(level) if opened else np.nan
            use *= 1 + 0.1 * t.rng.normal()
            t.add("utilisation_booked", "tier*hour_of_week", name, use, 0.12 * use + 1e-9)
            off = min(0.3 * _busy(level) * 1.6, 0.95) if opened else np.nan
            t.add("utilisation_off_platform", "tier*hour_of_week", name, off, 0)
    for group, levels in (("tier", tiers), ("zone", ZONES)):
        for i, level in enumerate(levels):
            booked = scale * 0.024 * (1 - 0.2 * i)
            t.add("open_share", group, level, 0.58 - 0.02 * i, 0)
            t.add("utilisation_booked", group, level, booked, 0.0008)
            t.add("utilisation_used", group, level, 0.85 * booked, 0.0008)
            t.add("utilisation_off_platform", group, level, 0.28 + 0.03 * i, 0.002)


def _demand(t, scale, tiers, kinds):
    totals = np.zeros(4)
    for i, kind in enumerate(kinds):
        wishes = scale * 4000 / (1 + 0.5 * i)
        asked, served, used = 0.62 - 0.02 * (i % 8), 0.97 - 0.015 * (i % 6), 0.86
        values = wishes * np.array([1, asked, asked * served, asked * served * used])
        totals += values
        for metric, value in zip(("wishes", "requests", "bookings", "used"), values, strict=True):
            t.add(metric, "kind", kind, value, unit="count")
        weight = np.array([0.42, 0.2, 0.08, 0.3]) * (1 - asked)
        for reason, share in zip(REASONS, weight, strict=True):
            t.add("not_asked_share", "kind*reason", f"{kind}*{reason}", share if scale else np.nan)
        for reason, share in zip(REFUSALS, (0.8, 0.15, 0.05), strict=True):
            value = share * (1 - served) if scale else np.nan
            t.add("refused_share", "kind*reason", f"{kind}*{reason}", value)
        losses = dict(zip(REASONS, weight, strict=True))
        parts = zip(REFUSALS, (0.8, 0.15, 0.05), strict=True)
        losses |= {reason: share * (1 - served) * asked for reason, share in parts}
        losses |= {"cancelled": asked * served * 0.08, "no-show": asked * served * 0.06}
        for reason, share in losses.items():
            t.add("lost_of_wishes", "kind*reason", f"{kind}*{reason}", share if scale else np.nan)
        _service(t, scale, "kind", kind, asked, served, used)
    for metric, value in zip(("wishes", "requests", "bookings", "used"), totals, strict=True):
        t.add(metric, "all", "all", value, unit="count")
    for reason, share in zip(REASONS, (0.17, 0.08, 0.03, 0.12), strict=True):
        t.add("not_asked_share", "reason", reason, share if scale else np.nan)
    _service(t, scale, "all", "all", 0.6, 0.96, 0.86)
    losses = dict(zip(REASONS, (0.17, 0.08, 0.03, 0.12), strict=True))
    losses |= dict(zip(REFUSALS, (0.018, 0.004, 0.001), strict=True))
    for reason, share in (losses | {"cancelled": 0.04, "no-show": 0.03}).items():
        t.add("lost_of_wishes", "reason", reason, share if scale else np.nan)
    for reason, share in zip(REFUSALS, (0.03, 0.006, 0.002), strict=True):
        t.add("refused_share", "reason", reason, share if scale else np.nan)
    for group, levels in (("tier", tiers), ("zone", ZONES), ("segment", SEGMENTS)):
        for i, level in enumerate(levels):
            _service(t, scale, group, level, 0.64 - 0.04 * i, 0.985 - 0.02 * i, 0.86)
    for level in HOURS:
        hour = int(level[-2:])
        refused = scale * 4 * _busy(level) ** 2 if 8 <= hour < 22 else 0.0
        share = min(0.09 * _busy(level) ** 2, 1) if 8 <= hour < 22 and scale else np.nan
        t.add("refused", "hour_of_week", level, refused, 0.2 * refused, "count")
        t.add("refused_share", "hour_of_week", level, share, 0.02)


def _service(t, scale, group, level, asked, served, used):
    for metric, value in (
        ("asked_share", asked),
        ("served_share", served),
        ("met_share", asked * served * used),
    ):
        t.add(metric, group, level, value if scale else np.nan, 0.008)


def _origins(t, scale, places):
    rows = places[places["type"] == "origin"]
    for name, people, x in zip(rows["name"], rows["people"], rows["x_km"], strict=True):
        wishes = scale * people * 0.11
        t.add("wishes", "origin", name, wishes, unit="count")
        lost = wishes * min(0.2 + 0.08 * abs(x), 0.9)
        t.add("not_asked_share", "origin", name, lost / wishes if wishes else np.nan, 0.02)
        t.add("refused_share", "origin", name, 0.03 * (1 + (x > 1)), 0.01)

"""A made-up neighbourhood run: activities, places, zones, points and money, with Chinese names."""

import numpy as np
import pandas as pd

from sim.report.context import RunResults
from sim.report.drawing import all_charts

from .fake import SEGMENTS, ZONES, Table, context

LONG = "社区综合文化活动中心多功能羽毛球与乒乓球训练场地"
ACTIVITY_KINDS = {
    "parent_child": "parent and child 亲子活动",
    "lecture": "lecture 讲座",
    "dance": "square dance 广场舞",
    "calligraphy": "calligraphy 书法",
    "health": "health check 健康义诊",
    "startup": "start-up salon 创业沙龙",
    "film": "film evening 电影放映",
    "handicraft": "handicraft 手工",
}
PLACE_KINDS = {
    "canteen": "community canteen 社区食堂",
    "reading_room": "reading room 阅览室",
    "clinic": "clinic 社区卫生站",
    "gym": "gym 健身房",
    "school_ground": "school ground 学校操场",
}
MEASURES = (
    "served_share_adjusted", "met_share_adjusted", "person_hours_per_head",
    "hours_per_open_hour", "nearness", "mean_walk_minutes", "cost_per_person_hour",
    "participations_per_head", "visits_per_head",
)  # fmt: skip
RULES = ("equal", "per_head", "use", "adjusted_met")
TARGETS = (1_200_000, 800_000, 570_000)
MEASURE_VALUES = dict(
    zip(MEASURES, (0.96, 0.41, 3.2, 0.12, 0.7, 8.4, 21.0, 0.26, 4.9), strict=True)
)


def neighbourhood(
    n=20,
    scale=1.0,
    zones=ZONES,
    kinds=None,
    places=None,
    centres=3,
    extreme=False,
    **changes,
):
    """A run; `scale` 0: nothing happens; `extreme`: all full, long waits, huge money."""
    t = Table(n)
    kinds = dict(ACTIVITY_KINDS) if kinds is None else kinds
    places = dict(PLACE_KINDS) if places is None else places
    names = [f"{zone}街道级中心" for zone in zones[:centres]]
    _queues(t, scale, places, extreme)
    _fill(t, scale, kinds, extreme)
    _league(t, scale, zones)
    _points(t, scale, extreme)
    _money(t, scale, zones, extreme)
    _savings(t, scale, zones)
    columns = ["type", "name", "zone", "tier", "x_km", "y_km", "people"]
    where = [
        ("centre", c, z, "subdistrict", 0.0, 0.0, 0) for c, z in zip(names, zones, strict=False)
    ]
    words = {
        "n_replications": n,
        "activity_kind_labels": kinds,
        "place_kind_labels": places,
        "turn_kinds": dict.fromkeys(list(places)[:1], (30, 11, 13)),
        **changes,
    }
    return RunResults(context(**words), t.frame(), pd.DataFrame(where, columns=columns))


def _queues(t, scale, places, extreme):
    group = "place_kind*daytype*hour"
    for i, kind in enumerate(places):
        for daytype in ("weekday", "weekend"):
            for hour in range(24):
                level = f"{kind}*{daytype}*{hour:02d}"
                opened = 7 <= hour < 21 and not (i == 2 and daytype == "weekend")
                noon = np.exp(-((hour - 11.5 - 2 * i) ** 2) / 3)
                busy = scale * noon * (1.0 if daytype == "weekday" else 0.7) / (1 + 0.6 * i)
                busy *= 60 if extreme else 1
                arrivals = 6000 * busy + 300 * scale if opened else 0.0
                t.add("arrivals", group, level, arrivals, unit="count")
                known = opened and arrivals > 0
                wait = 9.0 * busy**2 if known else np.nan
                t.add("mean_wait_minutes", group, level, wait, 0.06 * wait + 1e-3, "minutes")
                away = min(0.12 * busy**2, 1.0) if known else np.nan
                t.add("turned_away_share", group, level, away, 0.01)
                taken = min(0.1 * scale + 0.8 * busy, 1.0) if opened else np.nan
                t.add("seats_taken_share", group, level, taken, 0.01)


def _fill(t, scale, kinds, extreme):
    for i, kind in enumerate(kinds):
        for hour in range(6, 23):
            held = 0.0
            if (hour + i) % 3 and 8 <= hour <= 20:
                held = scale * (60 if hour != 8 else 2) / (1 + 0.2 * i)
            fill = min(0.35 + 0.05 * (i % 9) + 0.02 * (hour % 5), 1.0) if held else np.nan
            fill = 1.0 if extreme and held else fill
            t.add("fill_share", "activity_kind*hour", f"{kind}*{hour:02d}", fill, 0.03)
            t.add("activities_held", "activity_kind*hour", f"{kind}*{hour:02d}", held, unit="count")
        whole = (1.0 if extreme else 0.37 + 0.05 * (i % 9)) if scale else np.nan
        t.add("fill_share", "activity_kind", kind, whole, 0.012)
        t.add("activity_turned_away_share", "activity_kind", kind,
              min(0.02 * i, 0.9) if scale else np.nan, 0.01)  # fmt: skip


def _league(t, scale, zones):
    n, shift = len(zones), (0, 0, 1, 0, 2, 2, 1, 0, 2)
    for k, measure in enumerate(MEASURES):
        for i, zone in enumerate(zones):
            rank = (i + shift[k]) % n + 1.0
            half = (0.0, 0.4, 2.5)[k % 3]
            low, high = max(rank - half, 1), min(rank + half, n)
            row = ("rank", "zone*measure", f"{zone}*{measure}", rank)
            if not scale:
                row = (*row[:3], np.nan)
            ends = (low, high) if t.n > 1 and scale else (np.nan, np.nan)
            t.rows.append((*row, *ends, t.n, "rank"))
            t.add(measure, "zone", zone, MEASURE_VALUES[measure] * (1 - 0.03 * rank))


def _points(t, scale, extreme):
    size = 1e5 if extreme else 1.0
    for i, segment in enumerate(SEGMENTS):
        earned = scale * 60_000 / (1 + 0.7 * i) * size
        spent = earned * (0.5 + 0.07 * i)
        expired = 0.05 * earned
        for metric, value in (
            ("points_before", 0.1 * earned), ("points_earned", earned),
            ("points_spent", spent), ("points_expired", expired),
            ("points_balance", 1.1 * earned - spent - expired),
        ):  # fmt: skip
            t.add(metric, "segment", segment, value, 0.03 * value, "points")


def _money(t, scale, zones, extreme):
    amount = scale * (2.7e9 if extreme else 2.7e6) / 3
    for j, rule in enumerate(RULES):
        raw = np.array([1 + 0.15 * j * np.cos(2 * i + j) for i in range(len(zones))])
        for zone, share in zip(zones, raw / raw.sum(), strict=True):
            half = 0.0 if rule == "equal" else 0.02 * amount * share
            t.add("subsidy", "zone*rule", f"{zone}*{rule}", amount * share, half, "yuan")
        t.add("subsidy_place_changes", "rule", rule, 0.1 * j, 0.02)


def _savings(t, scale, zones):
    for i, zone in enumerate(zones):
        for step in range(1, 61):
            level = f"{zone}*{step:03d}"
            yuan = scale * 40_000 * step * (1 - 0.2 * (i % 4))
            lost = 0.00002 * step**2 * (1 + 0.5 * (i % 4))
            t.add("savings_yuan", "zone*step", level, yuan, 0, "yuan")
            t.add("savings_person_hours_lost", "zone*step", level, 30_000 * lost, unit="hours")
            t.add("savings_use_lost_share", "zone*step", level, lost, 0.08 * lost)
            what = ("rooms closed wholly", "centres Mon-Fri 12-18", "rooms closed wholly",
                    "centres Sat-Sun 18-24", "centres Mon-Fri 6-12")[step % 5]  # fmt: skip
            t.add("savings_closures", "zone*step*what", f"{level}*{what}", 1.0, 0, "count")
        if i < len(TARGETS):
            t.add("saved_yuan_per_year", "zone", zone, TARGETS[i], 0, "yuan")


NAMES = (
    "activity-fill", "points-by-segment", "queues-by-hour", "savings", "subsidy", "zone-league",
)  # fmt: skip
"""The charts of a neighbourhood."""

DISTRICT = tuple(f"{name}片区{i}" for i, name in enumerate(ZONES * 5, start=1))
CASES = {
    "usual": {},
    "one replication": {"n": 1},
    "nothing happens": {"scale": 0},
    "extreme": {"extreme": True},
    "long names": {
        "zones": tuple(f"{LONG[: 9 + i]}{i}" for i in range(3)),
        "kinds": {f"k{i}": f"{LONG}{i}" for i in range(14)},
        "places": {f"p{i}": f"{LONG}{i}" for i in range(6)},
        "segment_labels": dict.fromkeys(SEGMENTS, LONG),
        "rule_labels": dict.fromkeys(RULES, LONG),
        "place": "浙江省杭州市余杭区仓前街道未来科技城核心区与周边社区综合示范片区",
        "zone_labels": {},
    },
    "fifteen zones": {"zones": DISTRICT},
    "two zones, one kind": {"zones": ZONES[:2], "kinds": {"a": "讲座"}, "places": {"b": "食堂"}},
}


def run(table, places=None, **changes):
    """Results of a hand-made table."""
    words = context(n_replications=table.n, **changes)
    return RunResults(words, table.frame(), pd.DataFrame() if places is None else places)


def one(chart, table, **changes):
    """The only picture of a chart: of its name, or of its module."""
    found = all_charts()[chart] if isinstance(chart, str) else chart
    (data,) = found.analyse(run(table, **changes))
    return data

"""The catalogue of metrics: name, unit and form of each, and where it is shown.

What is counted for one stands where it is counted (`sim.measure`); what it means, in
`docs/reference/results.md`. Every choice of metrics filters this table: keys of a scenario, the
printed lines of `linli run`, the league of zones, what comparisons may lead with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

Form = Literal["share", "ratio", "total"]
"""How a metric is averaged: a share stays in [0, 1], a ratio and a total do not."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Properties of a metric that hold before anything is counted.

    Attributes
    ----------
    of_wishes
        Of a metric of wishes: which wishes are counted and, for a share, among which; names of
        `sim.measure.service.FATES`.
    larger_is_better
        Whether the larger value ranks first, where scenarios or zones are ranked by it.
    headline
        Whether `linli run` prints it; the message `headline.<name>` says what it is.
    primary
        Whether it may be `experiment.primary`: comparisons lead with it, in the messages
        `noun.<name>`, `more.<name>` and `fewer.<name>`.
    league, subsidy
        Whether zones are ranked by it, and whether a subsidy may be split by it.
    """

    name: str
    unit: str
    form: Form
    of_wishes: tuple[str, ...] = ()
    larger_is_better: bool = True
    headline: bool = False
    primary: bool = False
    league: bool = False
    subsidy: bool = False


_PLAIN: dict[tuple[str, Form], str] = {
    ("count", "total"): """
        standby_bookings draws draws_not_proven club_sessions
        club_sessions_lost club_sessions_unused activities_held activities_cancelled
        activities_without_room sign_ups session_turned_away dropin_wishes arrivals turned_away
        left_at_closing points_before points_earned points_spent points_spent_on_slots
        points_expired points_balance points_holders
    """,
    ("share", "share"): """
        asked_share_adjusted served_share_adjusted_weight
        met_share_adjusted_weight asked_share_adjusted_weight worst_group_served_share
        unclaimed_share given_later_share utilisation_used
        utilisation_activities load_duration use_share activity_turned_away_share
        activity_no_show_share session_turned_away_share session_overfull_share fill_share
        closed_then_share taken_share elsewhere_share turned_away_share seats_taken_share
        points_never_spent_share points_top_tenth_share lost_of_wishes
    """,
    ("minutes", "ratio"): "wish_walk_minutes mean_travel_minutes mean_wait_minutes",
    ("hours", "ratio"): "mean_hours_to_decision hours_by_use p10_hours",
    ("share", "ratio"): "draw_gap open_share",
    ("hours", "total"): "open_hours club_hours club_hours_unused",
    ("person_hours", "total"): """
        person_hours person_hours_venues club_person_hours person_hours_activities
        person_hours_dropin
    """,
    ("count", "ratio"): "active_bookers participations_per_activity session_participations",
    ("index", "ratio"): "gini_hours jain_hours gini_points",
    ("yuan", "total"): "operating_cost operating_cost_year operating_cost_venues",
}
"""Metrics that stand in tables only and are counted by their families, by unit and form."""
_share = partial(Metric, unit="share", form="share")
_wishes = partial(Metric, unit="count", form="total")
_SHOWN = (
    _wishes("wishes", of_wishes=("wishes",), headline=True),
    _share(
        "asked_share",
        of_wishes=("requests", "wishes"),
        headline=True,
        primary=True,
    ),
    _wishes("not_asked", of_wishes=("not asked",)),
    _share("not_asked_share", of_wishes=("not asked", "wishes")),
    _wishes("requests", of_wishes=("requests",)),
    _wishes("refused", of_wishes=("refused",)),
    _wishes("bookings", of_wishes=("bookings",), headline=True),
    _share(
        "served_share",
        of_wishes=("bookings", "requests"),
        headline=True,
        primary=True,
        league=True,
        subsidy=True,
    ),
    _share("served_share_adjusted", league=True),
    _share("refused_share", of_wishes=("refused", "requests")),
    _share(
        "first_choice_share",
        of_wishes=("first choice", "requests"),
        primary=True,
    ),
    _share("cancelled_share", of_wishes=("cancelled", "bookings")),
    _share("no_show_share", of_wishes=("no-show", "bookings")),
    _wishes("used", of_wishes=("used",)),
    _share(
        "used_share",
        of_wishes=("used", "bookings"),
        primary=True,
        subsidy=True,
    ),
    _share(
        "met_share",
        of_wishes=("used", "wishes"),
        headline=True,
        primary=True,
        league=True,
        subsidy=True,
    ),
    _share("met_share_adjusted", league=True),
    _share(
        "utilisation_booked",
        headline=True,
        primary=True,
    ),
    _share("utilisation_off_platform", headline=True),
    _share("utilisation_clubs", headline=True),
    Metric("person_hours_per_head", "person_hours", "ratio", league=True, subsidy=True),
    Metric("hours_per_open_hour", "share", "ratio", league=True, subsidy=True),
    Metric("mean_walk_minutes", "minutes", "ratio", larger_is_better=False, league=True),
    Metric("nearness", "index", "ratio", subsidy=True),
    Metric(
        "cost_per_person_hour", "yuan", "ratio", larger_is_better=False, league=True, subsidy=True
    ),
    Metric("activities", "count", "total", headline=True),
    Metric("participations", "count", "total", headline=True),
    Metric("participations_per_head", "count", "ratio", league=True, subsidy=True),
    Metric("visits", "count", "total", headline=True),
    Metric("visits_per_head", "count", "ratio", league=True, subsidy=True),
    Metric("redemptions", "count", "total", headline=True),
)
"""Metrics of wishes, and those that are shown elsewhere too, in the order of showing."""
METRICS = {metric.name: metric for metric in _SHOWN} | {
    name: Metric(name, unit, form)
    for (unit, form), names in _PLAIN.items()
    for name in names.split()
}
"""Every metric that a replication or a zone has, by name."""

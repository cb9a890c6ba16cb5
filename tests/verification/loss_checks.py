"""Checks of loss: Erlang, pooling, overflow over tiers, several rooms at once, reserved ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .checking import Check, Effort, Figure
from .exact.loss import erlang_b, kaufman_roberts, reserved
from .exact.tiers import kosten, routed
from .textbook import Results, through_linli

__all__ = ["LOSS", "busy_by_minute"]

STAY = 500
"""Minutes of a mean stay, on a grid of one minute."""
MEAN = ("kinds.room.duration_minutes.mean",)
QUICK = Effort(12, 30)


def pooled(r: Results) -> list[Figure]:
    halves = [r.refused("origin", name) for name in ("half", "other half")]
    a, b = halves
    together = r.refused("origin", "together")
    return [together, Figure(a.numerator + b.numerator, a.denominator + b.denominator)]


def overflow(r: Results) -> list[Figure]:
    """Loss, and requests that the first centre did not serve per mean stay."""
    requests = r.metric("requests")
    beyond = requests * (1 - r.metric("first_choice_share"))
    stays = r.ones() * r.days * 1440 / STAY
    return [r.refused(), Figure(beyond, stays)]


def busy_by_minute(wishes: pd.DataFrame, r: Results) -> np.ndarray:
    """Bookings in each minute of the counting window, those that began before it included."""
    booked = wishes[wishes["venue"].notna()]
    n = r.days * 1440
    begins, ends = (np.clip(r.minutes(booked[c]), 0, n).astype(int) for c in ("start", "end"))
    change = np.bincount(begins, minlength=n + 1) - np.bincount(ends, minlength=n + 1)
    return np.cumsum(change)[:n]


def second_group(r: Results) -> list[Figure]:
    """Mean number busy there and mean square around the exact mean."""
    mean = kosten(5, 5)[0]
    counts = []
    for wishes in r.wishes("venue", "start", "end"):
        there = wishes[wishes["venue"].astype(str).str.startswith("second")]
        counts.append(busy_by_minute(there, r))
    squares = np.array([((n - mean) ** 2).mean() for n in counts])
    return [Figure(np.array([n.mean() for n in counts]), r.ones()), Figure(squares, r.ones())]


TIERS = routed(
    sizes=(2, 2, 2, 2, 1, 2),
    loads=(3.0, 2.0, 2.5),
    routes=((0, 3, 5), (1, 3, 5), (2, 4, 5)),
)
"""Own rooms of Elm, Fir and Oak; pools of East and West; the subdistrict's."""


def tiers(r: Results) -> list[Figure]:
    refused = [r.refused("origin", name) for name in ("Elm", "Fir", "Oak")]
    used = [
        r.mean("utilisation_booked", "tier", t) for t in ("compound", "community", "subdistrict")
    ]
    return [*refused, *used]


SEVERAL, USED = kaufman_roberts(10, (3, 1), (1, 2))


def several(r: Results) -> list[Figure]:
    """3 erlang for a room and 1 erlang for any two, both or none."""
    refused = [r.refused("rooms_at_once", number) for number in ("1", "2")]
    return [*refused, r.mean("utilisation_booked")]


def reserved_check(scenario: str, kept: int, full: Effort, quick: Effort | None = None) -> Check:
    privileged, others = reserved(10, 6, 4, kept)
    left = "one room" if kept == 1 else f"{kept} rooms"
    return Check(
        name=scenario,
        lines={
            f"Reserved: {left} of ten left free, families at 6 erlang, refused": privileged,
            f"Reserved: {left} of ten left free, others at 4 erlang, refused": others,
        },
        simulate=through_linli(
            scenario, MEAN, lambda r: [r.refused("segment", s) for s in ("family", "person")]
        ),
        full=full,
        quick=quick,
    )


LOSS = [
    Check(
        name="erlang",
        lines={
            f"Erlang B: {units} rooms, {load} erlang, refused": erlang_b(units, load)
            for units, load in ((5, 4), (10, 5), (10, 8))
        },
        simulate=through_linli(
            "erlang",
            MEAN,
            lambda r: [r.refused("origin", f"{load} erlang") for load in (4, 5, 8)],
        ),
        full=Effort(280, 145),
        quick=QUICK,
    ),
    Check(
        name="erlang-30",
        lines={"Erlang B: 30 rooms, 25 erlang, refused": erlang_b(30, 25)},
        simulate=through_linli("erlang-30", MEAN, lambda r: [r.refused()]),
        full=Effort(140, 40),
    ),
    Check(
        name="any-duration",
        lines={
            "Erlang B: 10 rooms, 8 erlang, stays all alike, refused": erlang_b(10, 8),
            "Erlang B: 10 rooms, 8 erlang, lognormal stays (cv 1.5), refused": erlang_b(10, 8),
        },
        simulate=through_linli(
            "any-duration",
            (
                "kinds.room.duration_minutes.value",
                "kinds.lognormal.duration_minutes.mean",
            ),
            lambda r: [r.refused("kind", kind) for kind in ("room", "lognormal")],
        ),
        full=Effort(280, 120),
    ),
    Check(
        name="pooling",
        lines={
            "Pooling: ten rooms together at 8 erlang, refused": erlang_b(10, 8),
            "Pooling: twice five rooms at 4 erlang each, refused": erlang_b(5, 4),
        },
        simulate=through_linli("pooling", MEAN, pooled),
        full=Effort(280, 95),
    ),
    Check(
        name="overflow",
        lines={
            "Overflow: first 5 rooms, then 3, at 5 erlang, refused": erlang_b(8, 5),
            "Overflow: requests that go on to the next rooms per mean stay": kosten(5, 5)[0],
        },
        simulate=through_linli("overflow", MEAN, overflow),
        full=Effort(280, 150),
    ),
    Check(
        name="overflow-unlimited",
        lines={
            "Overflow: second rooms without limits, mean number busy": kosten(5, 5)[0],
            "Overflow: second rooms without limits, variance of the number busy": kosten(5, 5)[1],
        },
        simulate=through_linli("overflow-unlimited", MEAN, second_group, requests=True),
        full=Effort(280, 170),
    ),
    Check(
        name="three-tiers",
        lines={
            **{
                f"Three tiers: {name} (own rooms, community's pool, subdistrict's), refused": float(
                    x
                )
                for name, x in zip(("Elm", "Fir", "Oak"), TIERS[0], strict=True)
            },
            "Three tiers: compounds' own rooms, utilisation": float(TIERS[1][:3].sum() / 6),
            "Three tiers: communities' pools, utilisation": float(TIERS[1][3:5].sum() / 3),
            "Three tiers: subdistrict's rooms, utilisation": float(TIERS[1][5] / 2),
        },
        simulate=through_linli("three-tiers", MEAN, tiers),
        full=Effort(280, 200),
        quick=QUICK,
    ),
    Check(
        name="several-rooms",
        lines={
            "10 rooms, requests for one (3 erlang): refused": float(SEVERAL[0]),
            "10 rooms, requests for two, both or none (1 erlang): refused": float(SEVERAL[1]),
            "10 rooms, requests for one or two: utilisation": USED,
        },
        simulate=through_linli("several-rooms", MEAN, several),
        full=Effort(380, 310),
        quick=QUICK,
    ),
    reserved_check("reserve", 1, Effort(280, 160), QUICK),
    reserved_check("reserve-three", 3, Effort(280, 80)),
]

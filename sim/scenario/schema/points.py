"""Points 积分: earned by taking part and by volunteering, spent at merchants."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Part, SegmentName, Share
from sim.scenario.schema.distributions import Constant, Distribution
from sim.scenario.schema.facts import Decides

WholePoints = Annotated[int, Field(ge=0, le=10**6)]


class Points(Part):
    """One system of points for the whole scenario."""

    per_participation: WholePoints = 0
    """Points for taking part in an activity (not for company)."""
    per_use: WholePoints = 0
    """Points for using what one booked."""
    per_volunteering: WholePoints = 0
    """Points for one act of volunteering."""
    members: Share = 1.0
    """Share of participants and bookers who collect points."""
    volunteering_per_1000: dict[SegmentName, Annotated[float, Field(ge=0, le=1e6)]] = {}
    """segment: acts of volunteering a week of 1,000 people."""
    volunteers: Share = 0.02
    """Share of people who ever volunteer."""
    merchants: Annotated[int, Field(ge=0, le=10**6)] = 0
    """Merchants where points are spent; 0: nowhere."""
    goods: Annotated[int, Field(ge=0, le=10**6)] = 0
    """Goods listed by all of them together."""
    price: Distribution = Constant(rule="constant", value=10)
    """Points that a good costs: whole, at least 1; drawn once for each good."""
    goods_seen: Annotated[int, Field(ge=1, le=1000)] = 5
    """Goods that a person looks at on a trip; the dearest one that the balance covers is taken."""
    trips_per_year: Annotated[float, Field(ge=0, le=1000)] = 4.0
    """Trips to a merchant of a person with points, at level 1."""
    level: Annotated[
        Annotated[float, Field(gt=0, le=1e6)] | None, Decides("reports", fitted=False)
    ] = None
    """Factor on trips, set by hand; without it the fitted one of `demand.fit`, else 1."""
    expire_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    """Points unspent for so long are lost; without it never."""

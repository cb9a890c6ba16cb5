"""From wishes that are asked to requests, and whether anybody would turn up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Requests
from sim.demand.plan import Plan
from sim.demand.sampling import Wishes
from sim.streams import key_of, uniforms

__all__ = ["make_requests", "no_requests"]

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_GIVES_UP, _WHEN, _NO_SHOW, _SHIFT, _OTHERS = (
    key_of("purpose", p) for p in ("gives up", "gives up when", "no-show", "shift", "others")
)


def make_requests(
    plan: Plan, wishes: Wishes, asked: I64, ranked: npt.NDArray[np.int32]
) -> tuple[Requests, Bools]:
    """The requests, and whether nobody would turn up for each."""
    demand, grid = plan.world.scenario.demand, plan.world.grid
    key, ask = wishes.key[asked], wishes.ask[asked]
    start = wishes.start[asked].astype(np.int64)
    lead = wishes.lead[asked].astype(np.float64)
    cancels = uniforms(key, _GIVES_UP) < demand.cancellation.share
    when = np.clip(plan.cancel_when.ppf(uniforms(key, _WHEN)), 0.0, 1.0)
    no_show = np.minimum(
        demand.no_show.base + demand.no_show.per_lead_day * lead, demand.no_show.at_most
    )
    requests = Requests(
        ask=ask,
        start=start,
        duration=wishes.duration[asked].astype(np.int64),
        party=wishes.party[asked].astype(np.int64),
        kind=plan.cells.kind[wishes.cell[asked]],
        pools=ranked,
        others=plan.others.ppf(uniforms(key, _OTHERS)).astype(np.int64),
        shift=(plan.shift.ppf(uniforms(key, _SHIFT)) // grid).astype(np.int64),
        gives_up=np.where(cancels, ask + when * (start * float(grid) - ask), np.inf),
    )
    return requests, uniforms(key, _NO_SHOW) < no_show


def no_requests(plan: Plan) -> Requests:
    """Nobody asks for anything."""
    none, never = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Requests(
        ask=never,
        start=none,
        duration=none,
        party=none,
        kind=none,
        pools=np.zeros((0, plan.tried), dtype=np.int32),
        others=none,
        shift=none,
        gives_up=never,
    )

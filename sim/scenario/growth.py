"""The same scenario with more or fewer bookers."""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.inputs import Inputs


def at_multiplier(inputs: Inputs, multiplier: float) -> Inputs:
    """Inputs as if the file said `demand.multiplier`; files are not read again.

    What the notices say of the scenario stays as it is.
    """
    number = float(multiplier)
    demand = inputs.scenario.demand.model_copy(update={"multiplier": number})
    return replace(
        inputs,
        scenario=inputs.scenario.model_copy(update={"demand": demand}),
        resolved={**inputs.resolved, "demand": {**inputs.resolved["demand"], "multiplier": number}},
    )

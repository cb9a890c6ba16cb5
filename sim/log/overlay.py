"""A fit as a scenario of a few keys that extends the one it was fitted on."""

from __future__ import annotations

from typing import Any

from sim.log.fit import LogFit
from sim.scenario.inputs import Inputs
from sim.scenario.yaml_text import yaml_text


def overlay_text(inputs: Inputs, fit: LogFit, log_name: str) -> str:
    """The YAML of `NAME-fitted`: shapes apart from the level."""
    scenario, demand = fit.scenario, fit.scenario.demand
    low, high = fit.parts.loc[fit.parts["part"] == "level", ["low", "high"]].iloc[0]
    level = {"value": _short(fit.level), "source": "data", "range": [_short(low), _short(high)]}
    if not fit.timed:
        level["note"] = f"{log_name}; no times of booking: a lower bound where rooms fill"
    else:
        level["note"] = log_name
    used = {s.curve for s in scenario.segments.values()}
    content: dict[str, Any] = {
        "extends": inputs.path.name,
        "name": f"{inputs.scenario.name}-fitted",
        "demand": {
            "level": level,
            "multiplier": 1,
            "wishes_per_1000": {
                segment: {kind: _short(rate) for kind, rate in row.items()}
                for segment, row in demand.wishes_per_1000.items()
                if row
            },
            "curves": {n: c.model_dump() for n, c in demand.curves.items() if n in used},
            "lead_days": demand.lead_days.model_dump(exclude_none=True),
            "cancellation": {"share": demand.cancellation.share},
            "no_show": {
                "base": demand.no_show.base,
                "per_lead_day": demand.no_show.per_lead_day,
            },
        },
        "kinds": {
            name: kind.model_dump(
                include={"party", "duration_minutes", "hours", "season"}, exclude_none=True
            )
            for name, kind in scenario.kinds.items()
        },
        "choice": {"tiers": dict(scenario.choice.tiers)},
    }
    return f"# written by linli calibrate --log {log_name}\n{yaml_text(content)}"


def _short(value: float) -> float:
    return float(f"{value:.6g}")

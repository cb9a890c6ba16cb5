"""Runs that take long or much memory."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.notices.dropin import expected_visits
from sim.scenario.schema.experiment import Precision
from sim.scenario.schema.scenario import Scenario
from sim.scenario.size import size_of
from sim.scenario.tables import Tables

__all__ = ["of_size"]

MANY_BYTES = 500_000_000
MANY_VISITS = 50_000_000


def of_size(scenario: Scenario, tables: Tables, level: float, interest: float) -> Iterator[str]:
    """Notices about runs that take long or much memory."""
    size = size_of(scenario, tables, level, interest)
    visits = expected_visits(scenario, tables)
    asked = scenario.experiment.replications
    number = f"up to {asked.at_most:,}" if isinstance(asked, Precision) else f"{asked:,}"
    runs = f"{number} replication{'' if asked == 1 else 's'}"
    if size.bytes > MANY_BYTES:
        yield (
            f"A large run: about {size.wishes / 1e6:,.0f} million wishes of "
            f"{size.bookers / 1e6:,.0f} million bookers and {size.sign_ups / 1e6:,.0f} million "
            f"sign-ups a replication, {runs}. One replication takes about "
            f"{size.bytes / 1e9:,.1f} GB of memory, and several run at once. Fewer people, a "
            "smaller `demand.multiplier`, a shorter `window`, `--replications` and `--jobs 1` make "
            "it smaller."
        )
    if visits > MANY_VISITS:
        yield (
            f"A large run: up to {visits / 1e6:,.0f} million visits to places a replication, "
            f"{runs}. A smaller `dropin.multiplier`, a shorter `window` and `--replications` make "
            "it smaller."
        )

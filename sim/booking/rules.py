"""Which rules hold where: the policy with its overrides, resolved for every pool of rooms.

A pool's rooms lie in one centre and are of one kind, so they have one zone, tier and kind, and one
set of rules. A request is under the rules of the pool that is asked first; only the window and
reserved rooms are those of the room that is given.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.schema.policy import Policy
from sim.world.places import TIERS
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The different sets of rules, the policy's own first, and which of them holds in each pool."""

    sets: tuple[Policy, ...]
    of_pool: tuple[int, ...]


def rule_book(world: World) -> RuleBook:
    """Resolve overrides, then the windows of zones, for every pool."""
    policy = world.scenario.policy
    sets, of_pool = [policy], []
    zones = list(world.scenario.zones.items())
    pairs = zip(world.pools.centre.tolist(), world.pools.kind.tolist(), strict=True)
    for centre, kind in pairs:
        name, zone = zones[int(world.centres.zone[centre])]
        tier = TIERS[int(world.centres.tier[centre])]
        rules = policy
        if zone.window is not None:
            rules = rules.model_copy(update={"window": zone.window})
        for override in policy.overrides:
            if override.holds(name, tier, world.kinds[kind]):
                rules = rules.model_copy(update=override.given)
        if rules not in sets:
            sets.append(rules)
        of_pool.append(sets.index(rules))
    return RuleBook(tuple(sets), tuple(of_pool))

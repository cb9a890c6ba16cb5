"""Which rules hold where: the policy with its overrides, resolved for every pool of rooms.

A pool's rooms lie in one centre and are of one kind, so they have one zone, tier and kind, and one
set of rules. A request is under the rules of the pool that is asked first; only the window and
reserved rooms are those of the room that is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.scenario.schema.limits import Limits
from sim.scenario.schema.policy import AutoRelease, Overflow, Override, Reserve, Waitlist
from sim.scenario.schema.selection import Selection
from sim.scenario.schema.window import Window
from sim.world.places import TIERS
from sim.world.world import World

__all__ = ["RuleBook", "Rules", "applies", "rule_book"]


@dataclass(frozen=True, slots=True)
class Rules:
    """One set of rules; a part that is None is absent."""

    window: Window
    selection: Selection
    limits: Limits
    overflow: Overflow | None
    waitlist: Waitlist | None
    auto_release: AutoRelease | None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The different sets of rules, the policy's own first, and which of them holds in each pool."""

    sets: tuple[Rules, ...]
    of_pool: tuple[int, ...]


_PARTS = ("window", "selection", "limits", "overflow", "waitlist", "auto_release")


def rule_book(world: World) -> RuleBook:
    """Resolve overrides, then the windows of zones, for every pool."""
    policy = world.scenario.policy
    own = Rules(**{part: getattr(policy, part) for part in _PARTS})
    sets, of_pool = [own], []
    zones = list(world.scenario.zones.items())
    pairs = zip(world.pools.centre.tolist(), world.pools.kind.tolist(), strict=True)
    for centre, kind in pairs:
        name, zone = zones[int(world.centres.zone[centre])]
        tier = TIERS[int(world.centres.tier[centre])]
        rules = own
        if zone.window is not None:
            rules = replace(rules, window=zone.window)
        for override in policy.overrides:
            if applies(override, name, tier, world.kinds[kind]):
                given = {p: getattr(override, p) for p in _PARTS}
                rules = replace(rules, **{p: v for p, v in given.items() if v is not None})
        if rules not in sets:
            sets.append(rules)
        of_pool.append(sets.index(rules))
    return RuleBook(tuple(sets), tuple(of_pool))


def applies(part: Override | Reserve, zone: str, tier: str, kind: str) -> bool:
    """Whether a part that names zones, tiers and kinds (none: all) holds for rooms."""
    return (
        (not part.zones or zone in part.zones)
        and (not part.tiers or tier in part.tiers)
        and (not part.kinds or kind in part.kinds)
    )

"""What is probably not meant about a policy: rules that bind nobody, responses nobody stated."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.derived.ranges import percent, share_above
from sim.scenario.read.nodes import dotted
from sim.scenario.schema.activities import Published
from sim.scenario.schema.policy import Policy
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.selection import Batch, PointsAuction
from sim.scenario.schema.tables import minutes_of

MANY = 0.01  # of the wishes: below, the sentence would be longer than the matter is


def policy_notices(scenario: Scenario) -> Iterator[str]:
    """Sentences about the parts of the policy."""
    yield from _lost_for_being_early(scenario)
    yield from _nothing_to_wait_for(scenario)
    yield from _nobody_suspended_yet(scenario)
    yield from _decided_before_asked(scenario)
    yield from _no_points(scenario)
    yield from _no_programme(scenario)


def _lost_for_being_early(scenario: Scenario) -> Iterator[str]:
    """Windows that open later than people would ask, while nobody is said to come back."""
    if scenario.demand.responses.comes_back > 0:
        return
    for key, window in scenario.windows.items():
        opening = f"{dotted(key)}.opens_days_ahead"
        opens = window.longest_days(scenario.batch_days)
        share = share_above(scenario.demand.lead_days, opens)
        if share >= MANY:
            yield (
                f"{opening}: {percent(share)} of wishes arise earlier than that, and "
                "nobody comes back when the slot opens: `demand.responses.comes_back` is 0, so "
                "these are refused for good."
            )


def _policies(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """The policy and, as policies with these parts alone, its overrides."""
    yield "policy", policy
    for i, override in enumerate(policy.overrides):
        yield f"policy.overrides.{i}", Policy().model_copy(update=override.given)


def _nothing_to_wait_for(scenario: Scenario) -> Iterator[str]:
    demand = scenario.demand
    no_show = demand.no_show.base + demand.no_show.per_lead_day
    for key, policy in _policies(scenario.policy):
        if policy.waitlist is not None and not _slots_come_back(scenario):
            yield (
                f"{key}.waitlist: nobody cancels (`demand.cancellation.share` is 0), and "
                "nothing else frees a room."
            )
        if policy.auto_release is not None and no_show == 0:
            yield f"{key}.auto_release: everybody turns up (`demand.no_show` is 0)."


def _slots_come_back(scenario: Scenario) -> bool:
    """Whether anything frees a room that was taken."""
    demand, activities, clubs = scenario.demand, scenario.activities, scenario.timetable
    parts = [policy for _, policy in _policies(scenario.policy)]
    missed = demand.no_show.base + demand.no_show.per_lead_day > 0 and demand.no_show.at_most > 0
    avoided = demand.responses.avoids_penalty * demand.responses.cancels_instead > 0
    return (
        demand.cancellation.share > 0
        or (missed and any(p.auto_release is not None for p in parts))
        or (missed and avoided and any(p.limits.no_shows is not None for p in parts))
        or (clubs is not None and clubs.release_unused and clubs.unused_share > 0)
        or (
            isinstance(activities.rooms, Published)
            and bool(activities.sessions or activities.series)
        )
    )


def _nobody_suspended_yet(scenario: Scenario) -> Iterator[str]:
    """Suspensions that remember more than the warm-up, which begins without any strike."""
    warm_up = scenario.experiment.warm_up_days
    for key, policy in _policies(scenario.policy):
        rule = policy.limits.no_shows
        if rule is None:
            continue
        # what counts against somebody now began so long ago at most, one suspension looked at
        days = rule.suspend_days + (rule.within_days if rule.allowed else 0.0)
        if days > warm_up:
            yield (
                f"{key}.limits.no_shows: what happened up to {days:g} days ago may suspend, and "
                f"the warm-up is {warm_up} days: nobody has a strike when it begins, so too few "
                "are suspended in the first days counted. A longer `experiment.warm_up_days` "
                "changes nobody's wishes."
            )


def _decided_before_asked(scenario: Scenario) -> Iterator[str]:
    """Batches decided so early that most requests are made later and never meet the decision."""
    demand, overrides = scenario.demand, scenario.policy.overrides
    own = [scenario.policy.window, *(o.window or scenario.policy.window for o in overrides)]
    for (key, policy), window in zip(_policies(scenario.policy), own, strict=True):
        batch = policy.selection
        if not isinstance(batch, Batch):
            continue
        # by default a day after they open; of each day, uses at its very beginning ask latest
        days = window.opens_days_ahead - 1 if batch.days_ahead is None else batch.days_ahead
        week = range(7 if batch.draw == "weekly" else 1)
        limits = [max(0.0, days + d - minutes_of(batch.at) / 1440) for d in week]
        early = sum(share_above(demand.lead_days, limit) for limit in limits) / len(limits)
        rush = demand.responses.asks_at_opening
        met = rush + (1 - rush) * early
        if met < 0.5:
            yield (
                f"{key}.selection.days_ahead: {percent(1 - met)} of requests are made after the "
                f"decision, which falls {days:g} days ahead (`demand.lead_days`), and take what "
                "it leaves: a smaller `days_ahead` lets more of them take part."
            )


def _no_points(scenario: Scenario) -> Iterator[str]:
    for key, policy in _policies(scenario.policy):
        if isinstance(policy.selection, PointsAuction) and scenario.points.members == 0:
            yield (
                f"{key}.selection: nobody has points (`points.members` is 0), so contested slots "
                "go by lot."
            )


def _no_programme(scenario: Scenario) -> Iterator[str]:
    activities = scenario.activities
    if activities.sessions or activities.series:
        return
    for i, reserve in enumerate(scenario.policy.reserve):
        if "programme" in reserve.kept_for:
            yield f"policy.reserve.{i}.for: there is no programme (`activities` has no sessions)."

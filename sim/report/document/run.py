"""Chapters of a run: the questions that planners know, in the order in which they ask them."""

from __future__ import annotations

from dataclasses import replace

from sim.messages import say
from sim.report.document.appendix import Appendix
from sim.report.document.content import (
    Cell,
    Chapter,
    Column,
    Table,
)
from sim.report.document.evidence import assumed_inputs
from sim.report.document.maps.week import SimulatedWeek
from sim.report.document.parts import ChapterParts
from sim.report.numbers import figure_words
from sim.scenario.inputs import PARTLY_SYNTHETIC, SYNTHETIC
from sim.scenario.schema.experiment import Experiment

REASONS = {
    "no such kind": ("reach", "not_asked_share"),
    "too far": ("reach", "not_asked_share"),
    "closed then": ("reach", "not_asked_share"),
    "rather not": ("other", "not_asked_share"),
    "full": ("room", "refused_share"),
    "window": ("rules", "refused_share"),
    "limit": ("rules", "refused_share"),
    "suspended": ("rules", "refused_share"),
}
"""Reason -> what kind of cause it is, and the metric that counts it."""
RECOGNISED = (
    "open_hours", "wishes", "requests", "bookings", "used", "no_show_share", "activities_held",
    "participations", "redemptions", "visits", "operating_cost_year",
)  # fmt: skip
FULL = (
    "heatmap-subdistrict", "heatmap-community", "heatmap-compound",
    "utilisation-by-tier-and-zone", "activity-fill", "queues-by-hour",
)  # fmt: skip
WHO = ("service-by-group", "zone-league", "points-by-segment", "subsidy", "savings")
"""Pictures of how full rooms are, and of whom they serve."""
SERVED = ("wishes", "asked_share", "served_share", "met_share")
USE = ("utilisation_booked", "utilisation_activities", "utilisation_off_platform")


class RunChapters(ChapterParts):
    """Makes the chapters of a run in a language."""

    def chapters(self) -> list[Chapter]:
        """Its chapters, without what was asked and how to make it again."""
        return [
            *self.known(), self.balance(), self.met(), self.unmet(), self.full(), self.who(),
            *self.day(),
        ]  # fmt: skip

    def known(self) -> list[Chapter]:
        """What there is and is wanted, under any rules."""
        assumptions = Appendix(self.run).assumptions()
        return [self.recognise(), self.supply(), self.demand(), assumptions]

    def question(self) -> str:
        """What was asked."""
        window = self.run.scenario["window"]
        return say("asked.question", place=self.place, first=window["from"], last=window["until"])

    def limits(self) -> list[str]:
        """What a reader must know before any figure."""
        run = self.run
        n, (assumed, inputs) = run.manifest["replications"], assumed_inputs(run)
        experiment = Experiment.model_validate(run.scenario["experiment"])
        confidence = f"{experiment.interval_confidence:.0%}"
        words = [
            *([say("asked.chance", n=n, confidence=confidence)] if n > 1 else []),
            *([say("asked.once")] if n == 1 else []),
            *([say("asked.inputs", assumed=assumed, inputs=inputs)] if inputs else []),
        ]
        world = run.manifest["world"]
        if world == SYNTHETIC:
            words.append(say("asked.made_up"))
        elif world.startswith(PARTLY_SYNTHETIC):
            words.append(say("asked.partly"))
        words.append(say("asked.fitted" if run.manifest["fitted"] else "asked.unfitted"))
        if run.growth != 1:
            words.append(self._grown())
        if off := run.scenario["off_platform"].get("share"):
            words.append(say("asked.off", share=f"{off:.0%}"))
        words.append(say("asked.react"))
        if (self.run.folder / "charts").is_dir() and not self.charts.is_dir():
            words.append(say("asked.charts"))
        return words

    def _grown(self) -> str:
        """How much more demand there is than was fitted, by the residents asked for if any were."""
        sets = (self.run.manifest.get("question") or {}).get("sets", ())
        people = next((s.partition("=")[2] for s in sets if s.startswith("people=")), "")
        times = f"{self.run.growth:.3g}"
        if not people:
            return say("asked.growth", times=times)
        return say("asked.people", people=f"{int(people):,}", times=times)

    def recognise(self) -> Chapter:
        """Figures that people of the place know, with room for corrections."""
        run = self.run
        rows: list[tuple[Cell, ...]] = [
            (say("recognise.people"), run.given("people", "people"), None),
            (say("head.centres"), run.given("centres"), None),
            (say("head.venues"), run.given("venues"), None),
        ]
        for metric in RECOGNISED:
            if (figure := run.figure(metric)) is not None:
                rows.append((self.column(metric, figure.unit).words, figure, None))
        columns = tuple(Column(say(f"head.{h}")) for h in ("figure", "here", "correction"))
        table = Table("recognise", say("table.recognise"), columns, tuple(rows))
        return self.chapter("recognise", tables=[table], words=(say("recognise.words"),))

    def supply(self) -> Chapter:
        """Rooms by kind, centres by tier."""
        run = self.run
        venues, centres = run.given("venues"), run.given("centres")
        hours = run.needed("open_hours")
        text = say(
            "find.supply",
            venues=figure_words(venues),
            centres=figure_words(centres),
            hours=figure_words(hours),
        )
        kinds = self.by_group(
            "kinds",
            "kind",
            ("open_hours",),
            more={
                "venues": lambda k: run.given("venues", kind=k),
                "places": lambda k: run.given("venues", "capacity", kind=k),
                "area": lambda k: run.given("venues", "area_m2", "m2", kind=k),
            },
            defined=("places",),
        )
        tiers = self.by_group(
            "centres",
            "tier",
            ("open_hours",),
            more={"centres": lambda tier: run.given("centres", tier=tier)},
        )
        finding = self.finding(text, (venues, centres, hours), "kinds")
        return self.chapter("supply", [finding], [kinds, tiers])

    def demand(self) -> Chapter:
        """Wishes by segment and kind."""
        kinds = self.by_group("demand-kind", "kind", ("wishes", "asked_share"))
        people = self.by_group("demand-segment", "segment", ("wishes", "asked_share"))
        findings = [
            self.leader("find.demand", "wishes", "kind", ("demand-kind", 1)),
        ]
        return self.chapter("demand", findings, [kinds, people])

    def balance(self) -> Chapter:
        """Rooms of each kind beside what is asked of them."""
        metrics = ("open_hours", "requests", "utilisation_booked", "refused_share")
        table = self.by_group("balance", "kind", metrics)
        findings = [self.leader("find.balance", "refused_share", "kind", ("balance", 4))]
        return self.chapter("balance", findings, [table])

    def met(self) -> Chapter:
        """What ends in use."""
        met, served = self.run.needed("met_share"), self.run.needed("served_share")
        findings = [
            self.finding(say("find.met", met=figure_words(met)), (met,), "met-kind", 6),
            self.finding(
                say("find.served", served=figure_words(served)),
                (served,),
                "met-kind",
                5,
            ),
        ]
        metrics = ("wishes", "requests", "bookings", "used", "served_share", "met_share")
        table = self.by_group("met-kind", "kind", metrics, total=True)
        return self.chapter("met", findings, [table], pictures=("funnel",))

    def unmet(self) -> Chapter:
        """What stands in the way."""
        unasked, refused = self.causes("not_asked_share"), self.causes("refused_share")
        findings = [
            self.leader("find.unmet", "not_asked_share", "reason", (unasked.name, 2)),
            self.leader("find.refused", "refused_share", "reason", (refused.name, 2)),
        ]
        tables = [unasked, self.causes_by_segment(), refused]
        return self.chapter("unmet", findings, tables, ("map-unmet", "refused-by-hour"))

    def causes(self, metric: str) -> Table:
        """Why wishes are not asked, or requests refused."""
        run = self.run
        rows = tuple(
            (say(f"part.{part}"), say(f"reason.{reason}"), figure)
            for reason, (part, counted) in REASONS.items()
            if counted == metric and (figure := run.figure(metric, "reason", reason)) is not None
        )
        columns = (
            *(Column(say(f"head.{h}")) for h in ("part", "cause")),
            self.column(metric, "share"),
        )
        words = say(f"define.{metric}")
        return Table(metric, say(f"table.{metric}"), columns, rows, words, 1)

    def causes_by_segment(self) -> Table:
        """Why groups of people do not ask."""
        run = self.run
        reasons = [r for r, (_, metric) in REASONS.items() if metric == "not_asked_share"]
        columns = [Column(say("head.segment"))]
        columns += [Column(say(f"reason.{r}"), say("unit.share")) for r in reasons]
        rows = tuple(
            (
                run.label("segment", s),
                *(run.figure("not_asked_share", "segment*reason", f"{s}*{r}") for r in reasons),
            )
            for s in self.having("wishes", "segment")
        )
        title = say("table.causes-segment")
        return Table("causes-segment", title, tuple(columns), rows, say("define.not_asked_share"))

    def full(self) -> Chapter:
        """How full rooms are, by kind and time."""
        run = self.run
        peak = run.needed("utilisation_booked", "peak", "peak")
        other = run.needed("utilisation_booked", "peak", "off-peak")
        more = "more" if peak.low > other.high else "less" if peak.high < other.low else "same"
        text = say(f"find.full.{more}", peak=figure_words(peak), off=figure_words(other))
        findings = [self.finding(text, (peak, other), "full-time", 1)]
        if off := run.figure("utilisation_off_platform"):
            text = say("find.off", figure=figure_words(off))
            findings.append(self.finding(text, (off,), "full-kind", 3))
        analysis = run.scenario["analysis"]
        hours = say(
            "peak.words", weekday=analysis["peak_weekday"], weekend=analysis["peak_weekend"]
        )
        times = self.by_group("full-time", "peak", USE, total=True)
        kinds = self.by_group("full-kind", "kind", USE, total=True)
        return self.chapter(
            "full", findings, [times, kinds], FULL,
            words=(say("define.peak", peak=hours),),
        )  # fmt: skip

    def who(self) -> Chapter:
        """Whom the rooms serve."""
        metrics = (*SERVED, "wish_walk_minutes")
        tables = [
            self.by_group("who-segment", "segment", metrics, total=True),
            self.by_group("who-zone", "zone", metrics),
            self.by_group("who-walk", "distance_band", SERVED),
        ]
        findings = [
            self.leader("find.least", "met_share", "segment", ("who-segment", 4), largest=False),
        ]
        if len(self.having("wishes", "zone")) > 1:
            findings.append(
                self.leader("find.zone", "met_share", "zone", ("who-zone", 4), largest=False)
            )
        return self.chapter("who", findings, tables, WHO)

    def day(self) -> list[Chapter]:
        """A simulated week on the map, where the run left one."""
        week = SimulatedWeek(self.run)
        if week.map is None:
            return []
        words = (say("day.words"),)
        return [replace(self.chapter("day", tables=[week.table], words=words), map=week.map)]

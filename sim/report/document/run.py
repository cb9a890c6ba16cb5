"""Chapters of a run: the questions that planners know, in the order in which they ask them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from sim.report.document.content import (
    Cell,
    Chapter,
    Column,
    Document,
    Figure,
    Finding,
    Picture,
    Table,
)
from sim.report.document.evidence import assumed_inputs, grade
from sim.report.document.messages import Messages, in_language
from sim.report.document.results import RunTables
from sim.report.words import leaders
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
SERVED = ("wishes", "asked_share", "served_share", "met_share")
USE = ("utilisation_booked", "utilisation_activities", "utilisation_off_platform")


@dataclass(frozen=True, eq=False)
class RunChapters:
    """Makes the chapters of a run in a language."""

    run: RunTables
    say: Messages

    def document(self) -> Document:
        """The whole report."""
        scenario, language = self.run.scenario, self.say.language
        first, last = scenario["window"]["from"], scenario["window"]["until"]
        manifest = self.run.manifest
        return Document(
            language,
            self.say.say("title.run", place=self.place),
            self.say.say("subtitle", first=first, last=last, n=manifest["replications"]),
            self.say.say("source", name=manifest["name"], id=manifest["run_id"]),
            (
                self.asked(), self.recognise(), self.supply(), self.demand(), self.met(),
                self.unmet(), self.full(), self.who(), self.assumptions(), self.again(),
            ),
        )  # fmt: skip

    @property
    def place(self) -> str:
        """The place in the language."""
        scenario = self.run.scenario
        name = scenario.get("place") or scenario.get("title") or scenario["name"]
        return in_language(name, self.say.language)

    def asked(self) -> Chapter:
        """What was asked, and what the limits are."""
        window = self.run.scenario["window"]
        question = self.say.say(
            "asked.question", place=self.place, first=window["from"], last=window["until"]
        )
        return Chapter("asked", self._title("asked"), (question, *self.limits()))

    def limits(self) -> list[str]:
        """What a reader must know before any figure."""
        run, say = self.run, self.say
        n, (assumed, inputs) = run.manifest["replications"], assumed_inputs(run)
        experiment = Experiment.model_validate(run.scenario["experiment"])
        confidence = f"{experiment.interval_confidence:.0%}"
        words = [
            say.say("asked.chance", n=n, confidence=confidence) if n > 1 else say.say("asked.once"),
            say.say("asked.inputs", assumed=assumed, inputs=inputs),
        ]
        world = run.manifest["world"]
        if world == SYNTHETIC:
            words.append(say.say("asked.made_up"))
        elif world.startswith(PARTLY_SYNTHETIC):
            words.append(say.say("asked.partly"))
        words.append(say.say("asked.fitted" if run.manifest["fitted"] else "asked.unfitted"))
        if off := run.scenario["off_platform"].get("share"):
            words.append(say.say("asked.off", share=f"{off:.0%}"))
        words.append(say.say("asked.react"))
        if say.language == "zh" and (run.folder / "charts").is_dir():
            words.append(say.say("asked.charts"))
        return words

    def recognise(self) -> Chapter:
        """Figures that people of the place know, with room for corrections."""
        run, say = self.run, self.say
        rows: list[tuple[Cell, ...]] = [
            (say.say("recognise.people"), run.given("people", "people"), None),
            (say.say("head.centres"), run.given("centres"), None),
            (say.say("head.venues"), run.given("venues"), None),
        ]
        for metric in RECOGNISED:
            if (figure := run.figure(metric)) is not None:
                rows.append((self.column(metric, figure.unit).words, figure, None))
        columns = tuple(Column(say.say(f"head.{h}")) for h in ("figure", "here", "correction"))
        table = Table("recognise", say.say("table.recognise"), columns, tuple(rows))
        return self._chapter("recognise", tables=[table], words=(say.say("recognise.words"),))

    def supply(self) -> Chapter:
        """Rooms by kind, centres by tier."""
        run, say = self.run, self.say
        venues, centres = run.given("venues"), run.given("centres")
        hours = run.needed("open_hours")
        text = say.say(
            "find.supply",
            venues=say.figure(venues),
            centres=say.figure(centres),
            hours=say.figure(hours),
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
        return self._chapter("supply", [finding], [kinds, tiers])

    def demand(self) -> Chapter:
        """Wishes by segment and kind."""
        kinds = self.by_group("demand-kind", "kind", ("wishes", "asked_share"), dots=1)
        people = self.by_group("demand-segment", "segment", ("wishes", "asked_share"), dots=1)
        findings = [
            self.leader("find.demand", "wishes", "kind", ("demand-kind", 1)),
        ]
        return self._chapter("demand", findings, [kinds, people])

    def met(self) -> Chapter:
        """What ends in use."""
        met, served = self.run.needed("met_share"), self.run.needed("served_share")
        findings = [
            self.finding(self.say.say("find.met", met=self.say.figure(met)), (met,), "met-kind", 6),
            self.finding(
                self.say.say("find.served", served=self.say.figure(served)),
                (served,),
                "met-kind",
                5,
            ),
        ]
        metrics = ("wishes", "requests", "bookings", "used", "served_share", "met_share")
        table = self.by_group("met-kind", "kind", metrics, dots=6, total=True)
        return self._chapter("met", findings, [table], pictures=("funnel",))

    def unmet(self) -> Chapter:
        """What stands in the way."""
        unasked, refused = self.causes("not_asked_share"), self.causes("refused_share")
        findings = [
            self.leader("find.unmet", "not_asked_share", "reason", (unasked.name, 2)),
            self.leader("find.refused", "refused_share", "reason", (refused.name, 2)),
        ]
        tables = [unasked, self.causes_by_segment(), refused]
        return self._chapter("unmet", findings, tables, ("map-unmet",))

    def causes(self, metric: str) -> Table:
        """Why wishes are not asked, or requests refused."""
        run, say = self.run, self.say
        rows = tuple(
            (say.say(f"part.{part}"), say.say(f"reason.{reason}"), figure)
            for reason, (part, counted) in REASONS.items()
            if counted == metric and (figure := run.figure(metric, "reason", reason)) is not None
        )
        columns = (
            *(Column(say.say(f"head.{h}")) for h in ("part", "cause")),
            self.column(metric, "share"),
        )
        words = say.say(f"define.{metric}")
        return Table(metric, say.say(f"table.{metric}"), columns, rows, words, 2, 1)

    def causes_by_segment(self) -> Table:
        """Why groups of people do not ask."""
        run, say = self.run, self.say
        reasons = [r for r, (_, metric) in REASONS.items() if metric == "not_asked_share"]
        columns = [Column(say.say("head.segment"))]
        columns += [Column(say.say(f"reason.{r}"), say.say("unit.share")) for r in reasons]
        rows = tuple(
            (
                run.label(say, "segment", s),
                *(run.figure("not_asked_share", "segment*reason", f"{s}*{r}") for r in reasons),
            )
            for s in self._with("wishes", "segment")
        )
        title = say.say("table.causes-segment")
        return Table(
            "causes-segment", title, tuple(columns), rows, say.say("define.not_asked_share")
        )

    def full(self) -> Chapter:
        """How full rooms are, by kind and time."""
        run, say = self.run, self.say
        peak = run.needed("utilisation_booked", "peak", "peak")
        other = run.needed("utilisation_booked", "peak", "off-peak")
        more = "more" if peak.low > other.high else "less" if peak.high < other.low else "same"
        text = say.say(f"find.full.{more}", peak=say.figure(peak), off=say.figure(other))
        findings = [self.finding(text, (peak, other), "full-time", 1)]
        if off := run.figure("utilisation_off_platform"):
            text = say.say("find.off", figure=say.figure(off))
            findings.append(self.finding(text, (off,), "full-kind", 3))
        analysis = run.scenario["analysis"]
        hours = say.say(
            "peak.words", weekday=analysis["peak_weekday"], weekend=analysis["peak_weekend"]
        )
        times = self.by_group("full-time", "peak", USE, total=True)
        kinds = self.by_group("full-kind", "kind", USE, dots=1, total=True)
        return self._chapter(
            "full", findings, [times, kinds], ("heatmap-subdistrict", "load-duration"),
            words=(say.say("define.peak", peak=hours),),
        )  # fmt: skip

    def who(self) -> Chapter:
        """Whom the rooms serve."""
        metrics = (*SERVED, "wish_walk_minutes")
        tables = [
            self.by_group("who-segment", "segment", metrics, dots=4, total=True),
            self.by_group("who-zone", "zone", metrics, dots=4),
            self.by_group("who-walk", "distance_band", SERVED, dots=4),
        ]
        findings = [
            self.leader("find.least", "met_share", "segment", ("who-segment", 4), largest=False),
        ]
        if len(self._with("wishes", "zone")) > 1:
            findings.append(
                self.leader("find.zone", "met_share", "zone", ("who-zone", 4), largest=False)
            )
        return self._chapter("who", findings, tables, ("service-by-group",))

    def assumptions(self) -> Chapter:
        """Where the numbers come from: counts on a page, each of them in the workbook."""
        say, sources = self.say, self.run.manifest["sources"]
        kinds = dict.fromkeys(s["source"] for s in sources)
        counts = tuple(
            (say.known(f"source.{kind}", kind), self.run.given("sources", source=kind))
            for kind in kinds
        )
        heads = (Column(say.say("head.source")), Column(say.say("head.numbers")))
        words = say.say("define.sources")
        tables = [Table("sources", say.say("table.sources"), heads, counts, words)]
        if fitted := self._fitted():
            tables.append(fitted)
        tables += [self._inputs(), self._venues()]
        return self._chapter("assumptions", tables=tables)

    def again(self, made: Mapping[str, Any] | None = None) -> Chapter:
        """How to make the results again; `made` is the manifest that knows the command."""
        manifest, say = self.run.manifest, self.say
        command = ((made or manifest).get("run") or {}).get("command", ())
        told = {
            "command": " ".join(command),
            "version": manifest["versions"]["linli"],
            "seed": str(manifest["seed"]),
            "replications": str(manifest["replications"]),
            "id": manifest["run_id"],
            "hash": manifest["input_hash"],
        }
        rows = tuple((say.say(f"again.{key}"), text) for key, text in told.items() if text)
        columns = (Column(say.say("head.what")), Column(say.say("head.value")))
        table = Table("again", say.say("table.again"), columns, rows)
        return self._chapter("again", tables=[table], words=(say.say("again.words"),))

    def column(self, metric: str, unit: str) -> Column:
        """Head of a metric's column."""
        return Column(self.say.say(f"metric.{metric}"), self.say.say(f"unit.{unit}"))

    def by_group(
        self,
        name: str,
        group: str,
        metrics: Sequence[str],
        *,
        more: dict[str, Any] | None = None,
        defined: Sequence[str] = (),
        dots: int | None = None,
        total: bool = False,
    ) -> Table:
        """A table with a row a level and a column a metric, after what comes from elsewhere.

        Levels of which nothing is known are left out.
        """
        run, say, more = self.run, self.say, more or {}
        known = [m for m in metrics if run.has(m, group)]
        units = {m: next(f.unit for f in self._figures(m, group)) for m in known}
        rows: list[tuple[Cell, ...]] = []
        if total:
            rows.append((say.say("all"), *(None for _ in more), *(run.figure(m) for m in known)))
        for level in run.levels(group):
            given = [take(level) for take in more.values()]
            cells = [run.figure(m, group, level) for m in known]
            if any(cell is not None and cell.value for cell in cells):
                rows.append((self.level(group, level), *given, *cells))
        columns = [Column(say.say(f"head.{group}"))]
        for head in more:
            unit = say.say("unit.m2") if head == "area" else ""
            columns.append(Column(say.say(f"head.{head}"), unit))
        columns += [self.column(m, units[m]) for m in known]
        words = say.sentences([say.say(f"define.{m}") for m in (*defined, *known)])
        return Table(name, say.say(f"table.{name}"), tuple(columns), tuple(rows), words, dots)

    def level(self, group: str, level: str) -> str:
        """Name of a level; bands of walks are put together."""
        if group == "distance_band" and level != "none":
            over = level.startswith("over ")
            minutes = level.removeprefix("over ").removesuffix(" min").replace("-", "–")
            return self.say.say(f"{group}.{'over' if over else 'between'}", minutes=minutes)
        return self.run.label(self.say, group, level)

    def finding(
        self, text: str, figures: Sequence[Figure], table: str = "", column: int | None = None
    ) -> Finding:
        """A sentence with its grade."""
        found, why = grade(self.run, self.say, tuple(figures))
        return Finding(text, tuple(figures), found, why, table, column)

    def leader(
        self, key: str, metric: str, group: str, beside: tuple[str, int], largest: bool = True
    ) -> Finding:
        """Who or what leads, as far as the intervals tell."""
        levels = self._with(metric, group)
        found = leaders(self.run.ranked(metric, group, levels), largest)
        figures = [self.run.needed(metric, group, level) for level in found.levels]
        names = [self.level(group, level) for level in found.levels]
        if not found.certain:
            return self.finding(self.say.say(f"{key}.none"), figures, *beside)
        if len(names) == 1:
            value = self.say.figure(figures[0])
            return self.finding(self.say.say(key, name=names[0], figure=value), figures, *beside)
        text = self.say.say(f"{key}.tied", names=self.say.joined(names))
        return self.finding(text, figures, *beside)

    def _figures(self, metric: str, group: str) -> list[Figure]:
        found = (self.run.figure(metric, group, level) for level in self.run.levels(group))
        return [figure for figure in found if figure is not None]

    def _with(self, metric: str, group: str) -> list[str]:
        """Levels of which a metric is known and not 0."""
        return [
            level for level in self.run.levels(group)
            if (figure := self.run.figure(metric, group, level)) is not None and figure.value
        ]  # fmt: skip

    def _fitted(self) -> Table | None:
        """What was counted beside what was simulated."""
        run, say = self.run, self.say
        total = run.scenario.get("calibration") or {}
        notes = {s["key"]: s for s in run.manifest["sources"]}
        rows = []
        for metric in ("bookings", "participations", "redemptions"):
            told = notes.get(f"calibration.{metric}")
            if total.get(metric) and told is not None:
                source = say.known(f"source.{told['source']}", told["source"])
                rows.append(
                    (say.say(f"metric.{metric}"), run.given("sources", "value", key=told["key"]),
                     run.figure(metric), source, told["note"])
                )  # fmt: skip
        heads = ("figure", "value", "here", "source", "note")
        columns = tuple(Column(say.say(f"head.{h}")) for h in heads)
        return Table("fitted", say.say("table.fitted"), columns, tuple(rows)) if rows else None

    def _inputs(self) -> Table:
        say = self.say
        heads = ("key", "value", "source", "low", "high", "note", "file")
        rows = tuple(
            (
                s["key"], _plain(s["value"]), say.known(f"source.{s['source']}", s["source"]),
                _plain(s["low"]), _plain(s["high"]), s["note"], f"{s['file']}:{s['line']}",
            )
            for s in self.run.manifest["sources"]
        )  # fmt: skip
        columns = tuple(Column(say.say(f"head.{h}")) for h in heads)
        return Table("inputs", say.say("table.inputs"), columns, rows, only_sheet=True)

    def _venues(self) -> Table:
        run, say = self.run, self.say
        heads = ("venue", "centre", "kind", "places", "area", "source")
        rows = tuple(
            (
                str(v["venue"]), str(v["centre"]), run.label(say, "kind", str(v["kind"])),
                _plain(v["capacity"]), _plain(v["area_m2"]), str(v["source"]),
            )
            for v in run.tables["venues"].to_dict("records")
        )  # fmt: skip
        columns = tuple(Column(say.say(f"head.{h}")) for h in heads)
        return Table("venues", say.say("table.venues"), columns, rows, only_sheet=True)

    def _title(self, key: str) -> str:
        return self.say.say(f"chapter.{key}")

    def _chapter(
        self,
        key: str,
        findings: Sequence[Finding] = (),
        tables: Sequence[Table] = (),
        pictures: Sequence[str] = (),
        words: tuple[str, ...] = (),
    ) -> Chapter:
        shown = [] if self.say.language == "zh" else pictures_of(self.run, pictures)
        return Chapter(
            key, self._title(key), words, tuple(findings),
            tuple(t for t in tables if t.rows), tuple(shown),
        )  # fmt: skip


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def pictures_of(run: RunTables, names: Sequence[str]) -> list[Picture]:
    """Charts that lie in the folder, with the words that their files bear."""
    found = []
    for name in names:
        path = run.folder / "charts" / name
        if path.with_suffix(".png").is_file() and path.with_suffix(".svg").is_file():
            with Image.open(path.with_suffix(".png")) as image:
                alt = str(image.info.get("Description") or image.info.get("Title") or name)
            found.append(Picture(path, alt))
    return found

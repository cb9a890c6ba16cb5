"""Chapters of what was searched for: headroom, sureness, advice, sites, a season's timetable."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sim.messages import in_language, joined, known, running_text, say, spoken_language
from sim.report.document.comparison import verdict
from sim.report.document.content import Cell, Chapter, Column, Figure, Finding, Source, Table
from sim.report.document.maps.plan import HOMES, plan_map
from sim.report.document.parts import ChapterParts, charts_in
from sim.report.document.results import MANIFEST, RunTables, read_table
from sim.report.numbers import figure_words, size_words
from sim.report.words import leaders
from sim.sensitivity.study import input_name
from sim.stats.given_data import FEW

CI = ("ci_low", "ci_high")
NOTHING = pd.DataFrame(columns=["metric", "group", "level", "mean", "ci_low", "ci_high", "unit"])
"""A search has no figures of its scenario by itself."""
LOSER = re.compile(r"(segment|zone|distance_band) (.+?) [+-][\d.]+ points \([^)]*\)")


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a CSV as a column of a table.

    Attributes
    ----------
    head
        Its message is `head.<head>`.
    unit
        Of a number; empty: text.
    ends
        Columns of the interval.
    names
        How a text is said: beginning of messages; `level` for that of the row's group, `size` for
        one of its lever, `scenario` for its label; `kinds` and `losers` for lists; empty: as it
        stands.
    """

    head: str
    column: str
    unit: str = ""
    ends: tuple[str, str] | None = None
    names: str = ""


LEVEL = (Head("group", "group", names="group"), Head("level", "level", names="level"))
RULES_OF = Head("scenario", "scenario", names="scenario")
SURE = (
    Head("figure", "metric", names="metric"), *LEVEL, RULES_OF,
    Head("here", "mean", "share", CI), Head("drawn_low", "assumption_low", "share"),
    Head("drawn_high", "assumption_high", "share"),
)  # fmt: skip
DIFFERS = (
    Head("figure", "metric", names="metric"), *LEVEL, RULES_OF,
    Head("difference", "difference", "points", CI), Head("drawn_low", "assumption_low", "points"),
    Head("drawn_high", "assumption_high", "points"), Head("same", "same_sign", "share"),
    Head("verdict", "verdict", names="sure"),
)  # fmt: skip
DRIVERS = (
    Head("question", "question", names="question"), Head("input", "input", names="input"),
    Head("share_of_range", "index", "share", ("low", "high")),
    Head("worth", "worth", "points", ("worth_low", "worth_high")),
)  # fmt: skip
LEVERS = (
    Head("lever", "lever", names="lever"), Head("size", "size", names="size"),
    Head("cost", "cost", "yuan", ("cost_low", "cost_high")),
    Head("gain", "gain", "gain", ("gain_low", "gain_high")),
    Head("yuan_hour", "yuan_per_hour", "yuan", ("ratio_low", "ratio_high")),
    Head("losers", "losers", names="losers"), Head("months", "until_it_works", "months"),
    Head("verdict", "verdict", names="lever"),
)  # fmt: skip
STEPS = (
    Head("lever", "lever", names="lever"), Head("size", "size", names="size"),
    Head("cost", "cost", "yuan"), Head("gain_so_far", "gain_so_far", "gain", CI),
    Head("added", "added", "gain"),
    Head("months", "until_it_works", "months"),
)  # fmt: skip
DRAWN = (
    Head("levers", "levers", names="levers"),
    Head("gain", "gain", "gain", ("gain_low", "gain_high")),
    Head("drawn_low", "assumption_low", "gain"), Head("drawn_high", "assumption_high", "gain"),
    Head("verdict", "verdict", names="sure"), Head("first", "first_share", "share"),
    Head("input", "depends_on"),
)  # fmt: skip
BUDGETS = (
    Head("budget", "budget", "yuan"), Head("levers", "levers", names="levers"),
    Head("cost", "cost", "yuan", ("cost_low", "cost_high")), Head("once", "once", "yuan"),
    Head("gain", "simulated", "gain", CI),
)  # fmt: skip
SITES = (
    Head("site", "site"), Head("what", "what", names="site"),
    Head("kind", "kind", names="kinds"), Head("rooms_today", "rooms_today", "count"),
    Head("rooms_after", "rooms_after", "count"),
    Head("cost", "cost", "yuan", ("cost_low", "cost_high")),
    Head("gain_alone", "gain", "person_hours", ("gain_low", "gain_high")),
)  # fmt: skip
RULES = (
    Head("rule", "rule", names="rule"), Head("sessions", "sessions", "count"),
    Head("hours", "hours", "hours"), Head("hours_share", "hours_share", "share"),
    Head("requests_served", "requests_served", "count"),
    Head("first_choice_sessions", "first_choice_sessions", "count"),
    Head("gini_clubs", "gini_clubs", "index"),
)  # fmt: skip
SITE_CHARTS = (
    "plans", "map-before", "map-after", "gains-by-group", "left-out", "frontier", "outlooks",
)  # fmt: skip
GIVEN = ("sessions_asked", "sessions_got", "hours_asked", "hours_got")
LISTED = 3
"""Most measures that a sentence names; the table below it has them all."""
UNITS = {"person_hours": "person_hours", "met_share": "share", "worst_group": "share"}
"""Aim of an advice -> unit of its gains."""


@dataclass(frozen=True, eq=False)
class StudyChapters(ChapterParts):
    """Makes the chapters of a search in a language.

    Attributes
    ----------
    run
        The scenario whose names and sources hold: the study's own, or that of a run beside it.
    """

    folder: Path
    prefix: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    _files: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def charts(self) -> Path:
        """Folder of the study's own charts, whatever run lies beside it."""
        return charts_in(self.folder, self.manifest, spoken_language())

    @property
    def kind(self) -> str:
        """What was searched for."""
        found: str = self.manifest["kind"]
        return found

    @property
    def told(self) -> Mapping[str, Any]:
        """What the manifest tells of the answer."""
        found: Mapping[str, Any] = self.manifest["told"]
        return found

    @property
    def place(self) -> str:
        """The place in the language, or the names of the scenarios where none is known."""
        return super().place if self.run.scenario else self._scenarios

    @property
    def subtitle(self) -> str:
        """The dates and the number of replications, where they are known; a season's own dates."""
        if self.kind == "allocate":
            dates = self.rows("timetable.csv")
            first, last = dates["from"].min(), dates["until"].max()
            return say("subtitle.dates", first=first, last=last) if len(dates) else ""
        return super().subtitle if self.run.scenario else ""

    @property
    def source(self) -> str:
        """The scenario and its run, or the names of the scenarios where none is known."""
        known = "scenario" in self.manifest
        return super().source if known else say("source.study", name=self._scenarios)

    @property
    def _scenarios(self) -> str:
        return joined([self._named(n) for n in self.manifest["question"]["scenarios"]])

    def _named(self, scenario: str) -> str:
        """A scenario by its label."""
        label = (self.manifest.get("labels") or {}).get(scenario) or scenario
        return in_language(label, spoken_language())

    def question(self) -> str:
        """What was asked."""
        budget = self.told.get("budget") or self.told.get("budget_yuan_per_year") or 0
        return say(f"asked.{self.kind}", place=self.place, budget=f"{budget:,.0f}")

    def chapters(self) -> list[Chapter]:
        """Its chapters."""
        makers: dict[str, Callable[[], list[Chapter]]] = {
            "headroom": self._headroom,
            "sensitivity": self._sure,
            "advice": self._advice,
            "site": self._site,
            "allocate": self._season,
        }
        return makers[self.kind]()

    def rows(self, file: str) -> pd.DataFrame:
        """Rows of a file beside the manifest, read once; none where there is no such file."""
        if file not in self._files:
            path = self.folder / file
            self._files[file] = read_table(path) if path.is_file() else pd.DataFrame()
        return self._files[file]

    def table(
        self,
        name: str,
        file: str,
        heads: Sequence[Head],
        keys: Sequence[str],
        rows: pd.DataFrame,
        *,
        only_sheet: bool = False,
    ) -> Table:
        """A table of a file's rows; columns of which nothing is known are left out."""
        given = rows.to_dict("records")
        heads = [h for h in heads if h.column in rows and (rows[h.column] != "").any()]
        cells = tuple(tuple(self._cell(file, h, keys, row) for h in heads) for row in given)
        columns = tuple(Column(say(f"head.{h.head}"), self._unit(h.unit)) for h in heads)
        title, words = say(f"table.{name}"), say(f"define.{name}")
        return Table(name, title, columns, cells, words, 0, only_sheet)

    def figure(
        self,
        file: str,
        row: Mapping[Any, Any],
        column: str,
        unit: str,
        keys: Sequence[str],
        ends: tuple[str, str] | None = None,
    ) -> Figure | None:
        """A number of a row; None where there is none."""
        value = _number(row[column])
        if math.isnan(value):
            return None
        where = tuple((key, str(row[key])) for key in keys)
        low, high = (_number(row.get(e, "")) for e in ends) if ends else (math.nan, math.nan)
        return Figure(value, unit, Source(f"{self.prefix}{file}", where, column), low, high)

    def summed(self, file: str, column: str, unit: str, **where: str) -> Figure:
        """The sum of a column of the rows that have these values."""
        rows = self.rows(file)
        for key, value in where.items():
            rows = rows[rows[key] == value]
        source = Source(f"{self.prefix}{file}", tuple(where.items()), column)
        return Figure(float(pd.to_numeric(rows[column]).sum()), unit, source)

    def _unit(self, unit: str) -> str:
        unit = self._gains if unit == "gain" else unit
        return say(f"unit.{unit}") if unit else ""

    @property
    def _gains(self) -> str:
        """Unit of gains: points where shares are aimed at."""
        unit = UNITS[self.told.get("aim", "person_hours")]
        return "points" if unit == "share" else unit

    def _cell(self, file: str, head: Head, keys: Sequence[str], row: Mapping[Any, Any]) -> Cell:
        if head.unit:
            unit = self._gains if head.unit == "gain" else head.unit
            return self.figure(file, row, head.column, unit, keys, head.ends)
        return self._text(head.names, str(row[head.column]), row)

    def _text(self, names: str, text: str, row: Mapping[Any, Any]) -> str:
        if names == "level":
            group = str(row["group"])
            return say("all") if group == "all" else self.level(group, text)
        if names == "kinds":
            parts = [part.removesuffix(" closed") for part in text.split("; ") if part]
            return joined([self._kinds(part) for part in parts])
        if names == "question":
            return self._question(text)
        if names == "input":
            return input_name(text)
        if names == "scenario":
            return self._named(text)
        if not names:
            return in_language(text, spoken_language())
        if names == "site":
            return joined([known(f"site.{w}", w) for w in text.split("; ")])
        if names == "size":
            label = (self.told.get("titles") or {}).get(f"{row['lever']}: {text}")
            return in_language(label or text.replace("_", " "), spoken_language())
        if names == "losers":
            return joined([self.level(group, level) for group, level in LOSER.findall(text)])
        if names == "levers":
            return joined([self._lever(one) for one in text.split(" + ")])
        if names == "lever" and row.get("lever") == text:
            return self._lever(text)
        return known(f"{names}.{text}", in_language(text.replace("_", " "), spoken_language()))

    def _kinds(self, written: str) -> str:
        """A kind of room, or what it becomes, and how many: `hall > dance_studio x 2`."""
        kinds, _, times = written.partition(" x ")
        named = [self.run.label("kind", kind) for kind in kinds.split(" > ")]
        return " → ".join(named) + (f" × {times}" if times else "")

    def _lever(self, written: str) -> str:
        """A lever, with its size where it has one, by its title in the scenario."""
        name, _, size = written.partition(": ")
        labels, language = self.told.get("titles") or {}, spoken_language()
        title = labels.get(name) or name.replace("_", " ")
        named = known(f"lever.{name}", in_language(title, language))
        if not size:
            return named
        called = in_language(labels.get(written) or size.replace("_", " "), language)
        return say("lever.size", lever=named, size=called)

    def _headroom(self) -> list[Chapter]:
        rows = self.rows("headroom.csv").to_dict("records")
        targets = list(dict.fromkeys(str(row["target"]) for row in rows))
        found = {(r["group"], r["level"], r["target"]): self._multiple(r) for r in rows}
        lines = list(dict.fromkeys((g, v) for g, v, _ in found))
        heads = [say("head.until", share=figure_words(self._target(t))) for t in targets]
        columns = [
            *(Column(say(f"head.{h}")) for h in ("group", "level")),
            *(Column(h, say("unit.times")) for h in heads),
        ]
        cells: tuple[tuple[Cell, ...], ...] = tuple(
            (
                known(f"group.{g}", g),
                say("all") if g == "all" else self.level(g, v),
                *(found.get((g, v, t)) for t in targets),
            )
            for g, v in lines
        )
        title, words = say("table.headroom"), say("define.headroom")
        table = Table("headroom", title, tuple(columns), cells, words, 1)
        findings = [
            self._until(t, f, at)
            for at, t in enumerate(targets, 2)
            if (f := found["all", "all", t])
        ]
        if first := self._first(found, targets[0]):
            findings.append(first)
        pictures = ("headroom_breaks_first", "headroom_curve")
        return [self.chapter("headroom", findings, [table], pictures)]

    def _multiple(self, row: Mapping[Any, Any]) -> Figure | None:
        """Multiple of today's demand; where none was found, that tried last."""
        keys = ("group", "level", "target")
        if found := self.figure("headroom.csv", row, "multiplier", "times", keys, CI):
            return found
        over = bool(row["ci_low"])
        return self.figure("headroom.csv", row, "ci_low" if over else "ci_high", "times", keys)

    def _target(self, share: str) -> Figure:
        """The share of requests that is to get a room."""
        row = {"group": "all", "level": "all", "target": share}
        found = self.figure("headroom.csv", row, "target", "share", tuple(row))
        assert found is not None
        return found

    def _until(self, target: str, figure: Figure, column: int) -> Finding:
        """The multiple of demand at which a share in all is still reached."""
        key = {"multiplier": "", "ci_low": ".over", "ci_high": ".under"}[figure.source.column]
        share, multiple = self._target(target), figure_words(figure).lstrip("<>")
        text = say(f"find.headroom{key}", share=figure_words(share), figure=multiple)
        return self.finding(text, (share, figure), "headroom", column)

    def _first(
        self, found: Mapping[tuple[str, str, str], Figure | None], target: str
    ) -> Finding | None:
        """The kind of room that falls below a share first, as far as intervals tell."""
        known = {v: f for (g, v, t), f in found.items() if g == "kind" and t == target and f}
        rows = [
            (v, f.value, f.low, f.high)
            for v, f in known.items()
            if f.source.column == "multiplier" and f.half_width
        ]
        if len(rows) < 2:
            return None
        first = leaders(pd.DataFrame(rows, columns=["level", "mean", "low", "high"]), False)
        share = self._target(target)
        text = say(
            "find.first" if first.certain else "find.first.none",
            names=joined([self.level("kind", v) for v in first.levels]),
            share=figure_words(share),
        )
        return self.finding(text, (share, *(known[v] for v in first.levels)), "headroom", 2)

    def _sure(self) -> list[Chapter]:
        values, drawn = self.rows("sensitivity.csv"), self.rows("drivers.csv")
        differ = self.rows("differences.csv")
        keys = ("metric", "group", "level", "scenario")
        several, unit = len(self.manifest["question"]["scenarios"]) > 1, str(values["unit"].iloc[0])
        sure = [
            replace(head, unit=unit) if head.unit == "share" else head
            for head in SURE
            if several or head is not RULES_OF
        ]
        tables = [self.table("sure", "sensitivity.csv", sure, keys, values)]
        findings = [
            self._driven(str(question), rows)
            for question, rows in drawn.groupby("question", sort=False)
        ]
        if len(differ):
            tables.insert(0, self.table("differs", "differences.csv", DIFFERS, keys, differ))
            led = differ[(differ["group"] == "all") & differ["metric"].isin(self._decided(drawn))]
            findings[:0] = [self._holds(row) for row in led.to_dict("records")]
        findings[:0] = self._best_plan("sure")
        if len(drawn):
            ranked = drawn.assign(at=pd.to_numeric(drawn["index"], errors="coerce"))
            ranked = ranked.sort_values("at", ascending=False, kind="stable")
            heads = [replace(h, unit=unit) if h.unit == "points" and unit != "share" else h
                     for h in DRIVERS]  # fmt: skip
            tables.append(
                self.table("drivers", "drivers.csv", heads, ("question", "input"), ranked)
            )
        told = self.told
        words = say(
            "sure.words" if told["not_fitted"] else "sure.words.all",
            draws=told["draws"], inputs=told["inputs"], lost=told["not_fitted"],
        )  # fmt: skip
        drawn_drivers = sorted(p.stem for p in self.charts.glob("sensitivity_drivers_*.png"))
        pictures = ("sensitivity_intervals", *drawn_drivers)
        return [self.chapter("sure", findings, tables, pictures, (words,))]

    def _best_plan(self, table: str) -> list[Finding]:
        """In how many draws of the assumptions the plan ranked first is the best, if any asked."""
        ranks = self.rows("ranks.csv")
        if not len(ranks):
            return []
        row = ranks.to_dict("records")[0]
        share = self.figure("ranks.csv", row, "best_share", "share", ("plan",))
        if share is None:
            return []
        text = say("find.best", plan=self._plan(row["plan"]), share=figure_words(share))
        return [self.finding(text, (share,), table)]

    def _plan(self, name: str) -> str:
        return known(f"plan.{name}", say("plan.number", n=name.removeprefix("plan ")))

    def _decided(self, drivers: pd.DataFrame) -> set[str]:
        """Metrics that the question is about."""
        return {str(q).split(":")[0] for q in drivers["question"]}

    def _holds(self, row: Mapping[Any, Any]) -> Finding:
        """What joint draws of the assumptions say of a difference."""
        keys = ("metric", "group", "level", "scenario")
        figure = self.figure("differences.csv", row, "difference", "share", keys, CI)
        same = self.figure("differences.csv", row, "same_sign", "share", keys)
        figures = tuple(f for f in (figure, same) if f is not None)
        sides = {"more": "up", "fewer": "down", "none": "none"}
        side = sides[verdict(figure)] if figure is not None else "none"
        text = say(
            f"find.sure.{row['verdict']}",
            metric=known(f"metric.{row['metric']}", str(row["metric"])),
            name=self._named(str(row["scenario"])), side=say(f"side.{side}"),
            baseline=self._named(str(row["baseline"])),
            same="" if same is None else figure_words(same),
        )  # fmt: skip
        return self.finding(text, figures, "differs")

    def _driven(self, question: str, rows: pd.DataFrame) -> Finding:
        """What a figure depends on most; too few draws rank nothing."""
        ranked = rows[rows["rank"] != ""]
        ranked = ranked.loc[pd.to_numeric(ranked["rank"]).sort_values().index].head(3)
        keys = ("question", "input")
        made = [self.figure("drivers.csv", r, "index", "share", keys, ("low", "high"))
                for r in ranked.to_dict("records")]  # fmt: skip
        figures = [f for f in made if f is not None]
        fitted = self.told["draws"] - self.told["not_fitted"]
        key = (
            "find.driven" if figures else "find.driven.none" if fitted >= FEW else "find.driven.few"
        )
        named = joined([input_name(str(name)) for name in ranked["input"]])
        text = say(key, of=self._question(question), inputs=named)
        return self.finding(text, figures, "drivers", 2)

    def _question(self, written: str) -> str:
        """A figure, or a difference between scenarios, as drivers.csv writes it."""
        metric, _, of = written.partition(": ")
        name = known(f"metric.{metric}", metric.replace("_", " "))
        scenario, _, baseline = of.partition(" - ")
        if not baseline:
            return name
        return say(
            "sure.difference",
            metric=name,
            name=self._named(scenario),
            baseline=self._named(baseline),
        )

    def _advice(self) -> list[Chapter]:
        rows, told = self.rows("advice.csv"), self.told
        best = told["recommended"][0]
        unit = self._gains
        gain, cost = (
            self._recommended("gain", unit, ("low", "high")),
            self._recommended("cost", "yuan", ("cost_low", "cost_high")),
        )
        clear = bool(best["levers"]) and verdict(gain) == "more"
        key = "find.advice" if clear else "find.advice.none"
        levers = best["levers"].split(" + ")
        if clear and len(levers) > LISTED:
            key = "find.advice.many"
        names = joined([self._lever(one) for one in levers])
        amount = running_text((size_words(gain), say(f"unit.{unit}")))
        kept = self.rows("assumptions.csv").to_dict("records") if clear else []
        row = next((r for r in kept if r["levers"] == best["levers"]), None)
        findings = [self.finding(say(key, levers=names, gain=amount, cost=figure_words(cost)),
                                 (gain, cost) if clear else (), "adoption", 3, row)]  # fmt: skip
        if clear and best.get("levers") and told.get("losers") is not None:
            lost = [self.level(*m) for one in told["losers"] for m in LOSER.findall(one)]
            key = "find.advice.loses" if lost else "find.advice.harmless"
            text = say(key, names=joined(lost))
            findings.append(self.finding(text, (), "adoption"))
        if not told.get("settled", True):
            findings.append(self.finding(say("find.advice.open"), ()))
        drawn = self.table("drawn", "assumptions.csv", DRAWN, ("levers",),
                           self.rows("assumptions.csv"))  # fmt: skip
        if sure := told.get("assumptions"):
            what = sure["depends_on"][spoken_language()] or say("sure.several")
            text = say(f"find.first.{sure['verdict']}", what=what)
            findings.append(self.finding(text, (), "drawn"))
        alone = self.table("levers", "advice.csv", LEVERS, ("lever", "size"), rows)
        steps = self.table("adoption", "adoption.csv", STEPS, ("step",), self.rows("adoption.csv"))
        sets = self.table(
            "budgets", "programme.csv", BUDGETS, ("budget",), self.rows("programme.csv")
        )
        return [self.chapter("do", findings, [steps, alone, drawn, sets], ("advice_plane",))]

    def _recommended(self, column: str, unit: str, ends: tuple[str, str]) -> Figure:
        """A number of the set that is recommended, as judged on fresh replications."""
        best = self.told["recommended"][0]
        source = Source(f"{self.prefix}{MANIFEST}", (("told", "recommended"),), column)
        low, high = (math.nan if best[e] is None else float(best[e]) for e in ends)
        return Figure(float(best[column]), unit, source, low, high)

    def _site(self) -> list[Chapter]:
        told, plan = self.told, str(self.told["plan"])
        aim = str(told.get("unit", "person_hours")).split(",")[0].removesuffix(" a year")
        unit = known(f"site-unit.{aim}", aim.replace("_", " "))
        tables = RunTables(self.folder, self.prefix, self.manifest, self.rows("summary.csv"))
        plans = [p for p in tables.levels("plan") if tables.figure("gain", "plan", p)]
        cells: tuple[tuple[Cell, ...], ...] = tuple(
            (
                self._plan(p),
                *(tables.figure(metric, "plan", p) for metric in ("gain", "cost")),
            )
            for p in plans
        )
        columns = (
            Column(say("head.plan")),
            Column(say("head.gain"), unit),
            Column(say("head.cost"), say("unit.yuan")),
        )
        words = say("define.plans")
        listed = Table("plans", say("table.plans"), columns, cells, words)
        gain, cost = (tables.needed(metric, "plan", plan) for metric in ("gain", "cost"))
        amount = running_text((size_words(gain), unit))
        text = say(f"find.site.{verdict(gain)}", gain=amount, cost=figure_words(cost))
        findings = [self.finding(text, (gain, cost), "plans", 1), *self._best_plan("plans")]
        if told.get("cut") == "clock":
            findings.append(self.finding(say("find.site.cut"), ()))
        sites = self.rows("sites.csv")
        taken = sites[~sites["status"].isin(["existing", "candidate"])]
        left = sites[sites["status"] == "candidate"]
        site = self.table("sites", "sites.csv", SITES, ("site",), taken)
        out = self.table("left-out", "sites.csv", SITES, ("site",), left, only_sheet=True)
        chapter = self.chapter("site", findings, [listed, site], SITE_CHARTS)
        chapters = [replace(chapter, map=plan_map(self.rows(HOMES), sites))]
        if len(left):
            why = (say("left-out.words"),)
            chapters.append(self.chapter("left-out", (), [out], (), why))
        return chapters

    def _season(self) -> list[Chapter]:
        rows, told = self.rows("outcome.csv"), self.told
        asked, got = (self.summed("outcome.csv", c, "hours") for c in ("hours_asked", "hours_got"))
        text = say("find.season", asked=figure_words(asked), got=figure_words(got))
        findings = [self.finding(text, (asked, got), "season-kind")]
        proven = "best" if told.get("status") == "optimal" else "open"
        findings.append(self.finding(say(f"find.season.{proven}"), (), "season-rules"))
        units = dict(zip(GIVEN, ("count", "count", "hours", "hours"), strict=True))
        tables = []
        for group in ("kind", "segment", "zone"):
            cells: tuple[tuple[Cell, ...], ...] = tuple(
                (self.level(group, str(level)),
                 *(self.summed("outcome.csv", c, units[c], **{group: str(level)}) for c in GIVEN))
                for level in dict.fromkeys(rows[group])
            )  # fmt: skip
            heads = [Column(say(f"head.{group}"))]
            heads += [Column(say(f"head.{c}"), say(f"unit.{units[c]}")) for c in GIVEN]
            tables.append(Table(f"season-{group}", say(f"table.season-{group}"), tuple(heads),
                                cells, say("define.season")))  # fmt: skip
        rules = self.rows("timetables.csv")
        if len(rules):
            rules = rules[rules["rule"] != "no-clubs"]
            tables.append(self.table("season-rules", "timetables.csv", RULES, ("scenario",), rules))
        return [self.chapter("season", findings, tables, ("season-hours-served",))]


def study_of(
    folder: Path, prefix: str, manifest: Mapping[str, Any], beside: RunTables | None
) -> RunTables:
    """The scenario of a study: its own, or that of what lies beside it, or none."""
    if "scenario" in manifest or beside is None:
        full = {"scenario": {}, "sources": [], "tables": {}, **manifest}
        return RunTables(folder, prefix, full, NOTHING)
    return beside


def _number(text: Any) -> float:
    """A number of a cell; NaN where it holds none."""
    try:
        return float(text)
    except ValueError:
        return math.nan

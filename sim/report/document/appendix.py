"""Appendices of a report: assumptions and sources, rooms, how to make the results again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.messages import known, say
from sim.report.document.content import Cell, Chapter, Column, Table
from sim.report.document.parts import ChapterParts


class Appendix(ChapterParts):
    """Makes the appendices of a run in a language."""

    def assumptions(self) -> Chapter:
        """Where the numbers come from: counts on a page, each of them in the workbook."""
        sources = self.run.manifest["sources"]
        kinds = dict.fromkeys(s["source"] for s in sources)
        counts = tuple(
            (known(f"source.{kind}", kind), self.run.given("sources", source=kind))
            for kind in kinds
        )
        heads = (Column(say("head.source")), Column(say("head.numbers")))
        words = say("define.sources")
        tables = [Table("sources", say("table.sources"), heads, counts, words)]
        if fitted := self._fitted():
            tables.append(fitted)
        tables += [self._inputs(), self._venues()]
        return self.chapter("assumptions", tables=tables)

    def _fitted(self) -> Table | None:
        """What was counted beside what was simulated."""
        run = self.run
        total = run.scenario.get("calibration") or {}
        notes = {s["key"]: s for s in run.manifest["sources"]}
        rows: list[tuple[Cell, ...]] = []
        for metric in ("bookings", "participations", "redemptions"):
            told = notes.get(f"calibration.{metric}")
            if total.get(metric) and told is not None:
                source = known(f"source.{told['source']}", told["source"])
                rows.append(
                    (say(f"metric.{metric}"), run.given("sources", "value", key=told["key"]),
                     run.figure(metric), source, told["note"])
                )  # fmt: skip
        heads = ("figure", "value", "here", "source", "note")
        columns = tuple(Column(say(f"head.{h}")) for h in heads)
        # a search has none of its own; under other demand they are not to be compared
        if run.growth != 1 or not any(row[2] for row in rows):
            columns, rows = (*columns[:2], *columns[3:]), [(*r[:2], *r[3:]) for r in rows]
        return Table("fitted", say("table.fitted"), columns, tuple(rows)) if rows else None

    def _inputs(self) -> Table:
        heads = ("key", "value", "source", "low", "high", "note", "file")
        rows = tuple(
            (
                s["key"], _plain(s["value"]), known(f"source.{s['source']}", s["source"]),
                _plain(s["low"]), _plain(s["high"]), s["note"], f"{s['file']}:{s['line']}",
            )
            for s in self.run.manifest["sources"]
        )  # fmt: skip
        columns = tuple(Column(say(f"head.{h}")) for h in heads)
        return Table("inputs", say("table.inputs"), columns, rows, only_sheet=True)

    def _venues(self) -> Table:
        run = self.run
        heads = ("venue", "centre", "kind", "places", "area", "source")
        rows = tuple(
            (
                str(v["venue"]), str(v["centre"]), run.label("kind", str(v["kind"])),
                _plain(v["capacity"]), _plain(v["area_m2"]), str(v["source"]),
            )
            for v in run.tables["venues"].to_dict("records")
        )  # fmt: skip
        columns = tuple(Column(say(f"head.{h}")) for h in heads)
        return Table("venues", say("table.venues"), columns, rows, only_sheet=True)


def again(made: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Chapter:
    """How to make results again.

    Parameters
    ----------
    made
        Name -> the manifest that knows the command, and that of the scenario.
    """
    told = [
        {
            "command": " ".join((answer.get("run") or {}).get("command", ())),
            "version": (scenario.get("versions") or {}).get("linli", ""),
            "seed": str(scenario.get("seed", "")),
            "replications": str(scenario.get("replications", "")),
            "id": scenario.get("run_id", ""),
            "hash": scenario.get("input_hash", ""),
        }
        for answer, scenario in made.values()
    ]
    rows = tuple(
        (say(f"again.{key}"), *(one[key] for one in told))
        for key in told[0]
        if any(one[key] for one in told)
    )
    heads = [say("head.value")] if len(made) == 1 else list(made)
    columns = (Column(say("head.what")), *(Column(head) for head in heads))
    table = Table("again", say("table.again"), columns, rows)
    words = (say("again.words"),)
    return Chapter("again", say("chapter.again"), words, (), (table,))


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"

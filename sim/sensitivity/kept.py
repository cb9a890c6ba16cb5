"""What draws said of a scenario or of a pair, kept by what it was of, for who asks the same later.

Each difference of a comparison is kept by itself: a comparison of some of the scenarios finds it.
Nothing heavy is imported to look for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.key import inputs_key
from sim.experiment.store import Store
from sim.messages import in_each_language, spoken_language
from sim.scenario.identity import NOT_ASKED
from sim.scenario.inputs import Inputs, at_multiplier

if TYPE_CHECKING:
    import pandas as pd

    from sim.sensitivity.findings import FigureDrivers, Findings


@dataclass(frozen=True, eq=False)
class KeptSensitivity:
    """Findings about a scenario, or about its difference from a baseline.

    Attributes
    ----------
    names
        Of the scenarios asked about, the baseline first.
    content
        As kept: draws, words, and the rows of the tables that `linli sensitivity` writes.
    """

    names: tuple[str, ...]
    content: bytes

    @property
    def digest(self) -> str:
        """Hash of all that is kept."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def data(self) -> dict[str, Any]:
        """What is kept, read."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Name of the file -> its rows about these scenarios."""
        import pandas as pd

        names = dict(zip(self.data["names"], self.names, strict=True))
        own = {"scenario": names, "baseline": names}
        return {
            file: pd.DataFrame(table["data"], columns=table["columns"]).replace(own)
            for file, table in self.data["tables"].items()
        }

    @property
    def words(self) -> list[str]:
        """Sentences of the answer, in the language spoken."""
        found: list[str] = self.data["words"][spoken_language()]
        return found

    @property
    def depends_on(self) -> str:
        """On what the leading figure depends, in the language spoken."""
        return str(self.data["depends_on"][spoken_language()])

    def row(self, file: str, metric: str) -> dict[str, Any]:
        """What a table says of the last scenario and everybody; empty where nothing."""
        table = self.tables[file]
        at = (table["metric"] == metric) & (table["group"] == "all")
        rows = table[at & (table["scenario"] == self.names[-1])].to_dict("records")
        return {str(key): value for key, value in rows[0].items()} if rows else {}

    def knows(self, plans: Mapping[str, Inputs]) -> bool:
        """Whether each plan that draws were asked about is one of these, under the same name."""
        found = {name: inputs_key(inputs) for name, inputs in plans.items()}
        return all(found.get(name) == key for name, key in self.data["plans"].items())

    def judged(self, metric: str, difference: float, *, clear: bool) -> dict[str, Any]:
        """Verdict on a difference that other replications of these scenarios show.

        Parameters
        ----------
        clear
            Whether they show it beyond chance.
        """
        from sim.sensitivity.findings import verdict

        row = self.row("differences.csv", metric)
        if not row or not row["draws"]:
            return {}
        same = row["same_sign"] if row["difference"] * difference > 0 else 1 - row["same_sign"]
        return {
            "scenario": self.names[-1],
            "verdict": verdict(same, clear, row["draws"]),
            "same_sign": round(same, 10),
            "depends_on": self.depends_on if metric == self.data["metric"] else "",
            "assumption_low": round(row["assumption_low"], 10),
            "assumption_high": round(row["assumption_high"], 10),
            "draws": row["draws"],
        }


def find_kept(store: Store | None, scenarios: Sequence[Inputs], of: str) -> KeptSensitivity | None:
    """What draws said of a scenario or of a pair; None if nobody asked them."""
    content = None if store is None else store.shelf(_key(scenarios, of)).get(0)
    if content is None:
        return None
    found = KeptSensitivity(tuple(i.scenario.name for i in scenarios), content)
    worlds = found.data["worlds"].items()
    return found if all(_file_hash(Path(file)) == known for file, known in worlds) else None


def keep(store: Store, findings: Findings) -> None:
    """Keep findings, unless there are some of more draws."""
    for scenarios, content in _records(findings):
        there = find_kept(store, scenarios, findings.asked.of)
        if there is None or there.data["draws"] <= content["draws"]:
            shelf = store.shelf(_key(scenarios, findings.asked.of))
            shelf.put(0, json.dumps(content, ensure_ascii=False).encode())


def _key(scenarios: Sequence[Inputs], of: str) -> str:
    """Hash of scenarios, their ranges and the code; neither of seed nor replications."""
    parts: list[Any] = [of]
    for given in scenarios:
        inputs = at_multiplier(given, 1.0) if of == "headroom" else given
        drawn = (p for p in inputs.provenance if p.key.split(".")[0] not in NOT_ASKED)
        ranged = [p for p in drawn if p.low is not None]
        parts += [inputs_key(inputs), inputs.resolved.get("sensitivity")]
        parts += [[p.key, p.value, p.low, p.high, p.distribution] for p in ranged]
        siting = inputs.scenario.siting
        parts += [siting.aim.model_dump()] if of == "site" and siting is not None else []
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    """Hash of a file of alternatives; empty where there is none any more."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _records(findings: Findings) -> Iterator[tuple[list[Inputs], dict[str, Any]]]:
    """The scenarios of each answer, and what is kept of it."""
    from sim.sensitivity.words import depends_on

    s = findings.asked
    for number in range(1, len(s.labels)) if s.of == "compare" else [0]:
        which = [0, number] if number else [0]
        names = [s.labels[i] for i in which]
        driven = [d for d in findings.figure_drivers if d.target.scenario == number]
        tables = {
            "sensitivity.csv": _among(findings.intervals, "scenario", names),
            "drivers.csv": _among(findings.drivers, "question", [d.name for d in driven]),
        }
        if number:
            tables["differences.csv"] = _among(findings.differences, "scenario", names)
        if s.of == "site":
            tables["ranks.csv"] = findings.ranks
        yield (
            [s.scenarios[i] for i in which],
            {
                "names": names,
                "draws": int(s.reached.sum()),
                "seed": s.scenarios[0].scenario.experiment.seed,
                "levels": [
                    fit[:2] if there else None
                    for fit, there in zip(s.fit.tolist(), s.reached, strict=True)
                ],
                "inputs": [d.name for d in s.dimensions],
                "tables": {
                    file: json.loads(
                        table.to_json(orient="split", index=False, double_precision=15)
                    )
                    for file, table in tables.items()
                },
                "plans": {name: inputs_key(inputs) for name, inputs in s.plans.items()},
                "metric": driven[0].target.metric,
                "depends_on": in_each_language(partial(depends_on, findings, driven[0])),
                "worlds": {str(f): _file_hash(f) for d in s.dimensions for f in d.files},
                "words": in_each_language(partial(_words, findings, driven)),
            },
        )


def _words(findings: Findings, driven: Sequence[FigureDrivers]) -> list[str]:
    """What later answers repeat of these, in the language spoken."""
    from sim.sensitivity.words import depends, draws_words, figure, lines

    if findings.asked.of == "site":
        return lines(findings)
    return [
        *(figure(findings, d) for d in driven if findings.asked.of == "headroom"),
        *(depends(findings, d) for d in driven),
        draws_words(findings),
    ]


def _among(table: pd.DataFrame, column: str, names: Sequence[str]) -> pd.DataFrame:
    return table[table[column].isin(names)]

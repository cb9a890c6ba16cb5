"""What an earlier `linli sensitivity` said of the same scenarios, beside what replications say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.engine import store_of
from sim.cli.options import Options
from sim.messages import joined, say
from sim.words import signed

if TYPE_CHECKING:  # `--help` imports this too
    from sim.scenario.inputs import Inputs
    from sim.sensitivity.kept import KeptSensitivity

KEPT_TABLES = ("sensitivity.csv", "differences.csv", "ranks.csv", "drivers.csv")
SHARE = "90%"
"""Share of draws within an assumption interval."""
ENDS = ("assumption_low", "assumption_high")


def kept_of_one(options: Options, inputs: Inputs, of: str = "run") -> list[KeptSensitivity]:
    """What is kept of a scenario, if anything is."""
    from sim.sensitivity.kept import find_kept

    found = find_kept(store_of(options), [inputs], of)
    return [found] if found else []


def kept_of_pairs(
    options: Options, scenarios: Sequence[Inputs], base: int
) -> list[KeptSensitivity]:
    """What is kept of scenarios against the baseline; those that nobody asked of are left out."""
    from sim.sensitivity.kept import find_kept

    store = store_of(options)
    found = (
        find_kept(store, [scenarios[base], other], "compare")
        for i, other in enumerate(scenarios)
        if i != base
    )
    return [one for one in found if one]


def write_kept(folder: Path, kept: Sequence[KeptSensitivity]) -> None:
    """Write the tables of what is kept, as `linli sensitivity` does."""
    import pandas as pd

    from sim.report.tables import write_csv

    for file in kept[0].tables if kept else ():
        rows = pd.concat([one.tables[file] for one in kept], ignore_index=True)
        write_csv(folder / file, rows.drop_duplicates(ignore_index=True))


def second_interval(kept: Sequence[KeptSensitivity], metric: str) -> dict[str, Any]:
    """What draws say of a share of a run; empty where they say nothing."""
    row = kept[0].row("sensitivity.csv", metric) if kept else {}
    if not row or not row["draws"]:
        return {}
    return {name: float(f"{row[name]:.10g}") for name in ENDS} | {"draws": int(row["draws"])}


def interval_words(figure: Mapping[str, Any]) -> str:
    """The second interval of a share, to stand behind the first."""
    if "draws" not in figure:
        return ""
    return say("run.assumed", low=figure["assumption_low"], high=figure["assumption_high"])


def judged_line(judged: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """A line on what draws say of a difference in the leading share."""
    low, high = (signed(100 * judged[end]) for end in ENDS)
    said = say(
        "kept.judged", name=named[judged["scenario"]], verdict=_verdict(judged), low=low, high=high,
        same=judged["same_sign"], n=judged["draws"], share=SHARE,
    )  # fmt: skip
    return f"  {said}"


def doubt_words(judged: Sequence[Mapping[str, Any]], named: Mapping[str, str]) -> str:
    """What stands behind a headline: differences that other assumptions turn; else nothing."""
    turned = [j for j in judged if j["verdict"] in ("depends", "not supported")]
    words = joined([f"{named[j['scenario']]} {_verdict(j)}" for j in turned])
    return say("kept.doubt", words=words) if words else ""


def _verdict(judged: Mapping[str, Any]) -> str:
    if judged["verdict"] != "depends":
        return say(f"sure.{judged['verdict']}")
    return say("kept.depends", what=judged["depends_on"] or say("kept.several"))

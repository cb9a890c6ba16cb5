"""Tables of all finished worlds, as CSV and for the page, and the figure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.hidden_worlds.figure import draw
from benchmarks.hidden_worlds.results import (
    CONTENDERS,
    STEPS,
    Difference,
    Found,
    labels_of,
    read,
    subsets,
    trend,
)
from sim.report.tables import write_csv

__all__ = ["contenders_table", "steps_table", "trends_table", "write_page", "write_report"]

PAGE = Path(__file__).resolve().parents[1] / "results" / "hidden-worlds.md"
BEGIN, END = (
    "<!-- figures: written by python -m benchmarks.hidden_worlds --write-docs -->",
    ("<!-- end of figures -->"),
)
TRENDS = (("load", "load"), ("correlation", "correlation of census and wishes"),
          ("decay_error", "error in decay"))  # fmt: skip


def write_report(folder: Path) -> list[Path]:
    """Write tables and figure beside the worlds; nothing before a hidden world is finished."""
    found = read(folder)
    if not found.where(group="hidden").worlds:
        return []
    tables = {
        "worlds": worlds_table(found),
        "contenders": contenders_table(found),
        "steps": steps_table(found),
        "trends": trends_table(found),
    }
    paths = []
    for name, table in tables.items():
        paths.append(folder / f"{name}.csv")
        write_csv(paths[-1], table)
    paths.append(folder / "steps.png")
    draw(tables["steps"], paths[-1])
    return paths


def worlds_table(found: Found) -> pd.DataFrame:
    """One row a world: what sets it apart, true gains, how the loop went."""
    return pd.DataFrame(
        {
            "world": f"{w['group']} {w['number']}",
            **{k: w[k] for k in ("load", "bend", "correlation", "decay_error", "bookings")},
            **{f"gain {k}": w["plans"][k]["gain"] for k in CONTENDERS if k in w["plans"]},
            **{f"worst {k}": w["plans"][k]["worst"] for k in CONTENDERS if k in w["plans"]},
            "loop ended": w["loop"]["ended"],
            "turns": len(w["loop"]["promised"]),
        }
        for w in found.worlds
    )


def contenders_table(found: Found) -> pd.DataFrame:
    """True gain and regret of each contender in all hidden worlds, and in the small ones."""
    rows = []
    hidden = found.where(group="hidden")
    for where, mine in (("all", hidden), ("small", hidden.where(small=True))):
        for label in labels_of(mine):
            gain, worst = mine.values(label, "gain"), mine.values(label, "worst")
            known = ~np.isnan(gain)
            regret = {
                "regret": mine.reference("gain") - gain,
                "regret_share": 100 * (mine.reference("gain") - gain) / mine.scale(),
                "regret_worst": 100 * (mine.reference("worst") - worst),
            }
            if where == "all" and not known.all():
                continue
            rows.append(
                {
                    "worlds": where, "contender": label, "demand": CONTENDERS[label],
                    "gain": gain[known].mean(), "worst": 100 * worst[known].mean(),
                    **_columns({k: Difference.of(v[known]) for k, v in regret.items()}),
                    "n": int(known.sum()),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def steps_table(found: Found) -> pd.DataFrame:
    """What each step from one idea of demand to a better one brings, where."""
    return pd.DataFrame(_steps(found))


def _steps(found: Found) -> Iterator[dict[str, object]]:
    hidden, placebo = found.where(group="hidden"), found.where(group="placebo")
    for where, mine in (*subsets(hidden), ("placebo", placebo)):
        for first, then in STEPS:
            gain = Difference.of(mine.step(first, then, "gain"))
            kinds = {
                "gain": gain,
                "worst": Difference.of(mine.step(first, then, "worst")),
                "own": Difference.of(mine.step(first, then, "own")),
            }
            yield {
                "worlds": where, "step": f"{first} to {then}", **_columns(kinds),
                "better": gain.wins, "worse": gain.losses, "n": gain.n,
            }  # fmt: skip


def trends_table(found: Found) -> pd.DataFrame:
    """Slopes of the steps' gains on what sets worlds apart."""
    hidden = found.where(group="hidden")
    return pd.DataFrame(
        {
            "step": f"{first} to {then}", "against": words,
            **_columns({"slope": trend(hidden.about(key), hidden.step(first, then, "gain"))}),
            "n": len(hidden.worlds),
        }
        for first, then in (("a", "d"), ("d", "e"))
        for key, words in TRENDS
    )  # fmt: skip


def _columns(figures: dict[str, Difference]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, figure in figures.items():
        found |= {name: figure.mean, f"{name}_low": figure.low, f"{name}_high": figure.high}
    return found


def write_page(folder: Path, page: Path = PAGE) -> None:
    """Put the tables between the marks of the page."""
    found = read(folder)
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    body = "\n\n".join((_contenders_md(found), _steps_md(found), _trends_md(found)))
    page.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")


def _contenders_md(found: Found) -> str:
    lines = [
        "| worlds | demand | gain | regret | regret, % | worst-off, % met | its regret, points |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r['worlds']}, n = {r['n']} | ({r['contender']}) {r['demand']} | {r['gain']:.1f} "
        f"| {_span(r, 'regret')} | {_span(r, 'regret_share')} | {r['worst']:.1f} "
        f"| {_span(r, 'regret_worst')} |"
        for r in contenders_table(found).to_dict("records")
    ]
    return "\n".join(lines)


def _steps_md(found: Found) -> str:
    lines = [
        "| worlds | step | true gain, % | better, same, worse | worst-off, points "
        "| as the planner's own simulation has it, % |",
        "|---|---|---|---|---|---|",
    ]
    for r in steps_table(found).to_dict("records"):
        if r["step"] in ("a to d", "d to e") or r["worlds"] in ("all hidden worlds", "placebo"):
            same = r["n"] - r["better"] - r["worse"]
            lines.append(
                f"| {r['worlds']} | {r['step']} | {_span(r, 'gain')} "
                f"| {r['better']}, {same}, {r['worse']} | {_span(r, 'worst')} | {_span(r, 'own')} |"
            )
    return "\n".join(lines)


def _trends_md(found: Found) -> str:
    lines = ["| step | against | slope, % of the gain a unit |", "|---|---|---|"]
    lines += [
        f"| {r['step']} | {r['against']} | {_span(r, 'slope')} |"
        for r in trends_table(found).to_dict("records")
    ]
    return "\n".join(lines)


def _span(row: Mapping[Hashable, Any], name: str) -> str:
    """A mean with its interval."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    words = f"{row[name]:+.1f}".replace("-", "−")
    if np.isnan(low):
        return words
    return f"{words} ({low:+.1f} to {high:+.1f})".replace("-", "−")

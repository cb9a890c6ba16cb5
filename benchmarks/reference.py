"""`python -m benchmarks.reference`: the comparisons kept under results/reference/, made anew.

The rule sets of scenarios/policies/ are compared at the loads at which first come serves given
shares of peak requests. The loads are `linli headroom`'s answers, rounded; the tables that are
written say what share was served. Each comparison is written to results/policies/; rows of all
residents, who is served how evenly, and the command are kept in results/reference/policies/.
The judged season is in `benchmarks.reference_season`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.reference_kept import keep_manifest, keep_rows
from benchmarks.reference_season import FOLDER, make_season

__all__ = ["LOADS", "Load", "command", "keep", "main"]

ROOT = Path(__file__).resolve().parents[1]
RUNS = Path("results") / "policies"
KEPT = ROOT / "results" / "reference" / "policies"
MADE_BY = ("identity", "run")
POLICIES = Path("scenarios") / "policies"
BASELINE = "assumed-first-come"
NAMES = (
    BASELINE, "hong-kong-lcsd", "singapore-activesg", "zhuzhou", "university-cap", "two-bookings",
    "weekly-ballot", "neighbours-first", "points-for-peak",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """A world and a multiplier of its demand.

    Attributes
    ----------
    peak
        Share of peak requests that first come serves there, by `linli headroom`.
    off_platform
        Share of open hours in off-platform use.
    comes_back
        Share of those who ask too early who come back when the slot opens, where it is not that of
        the scenarios: the assumption on which short windows depend most.
    """

    peak: float
    multiplier: float
    off_platform: float
    comes_back: float | None = None

    @property
    def folder(self) -> str:
        """Name of the folder of results."""
        name = f"peak-{100 * self.peak:.0f}-off-platform-{100 * self.off_platform:.0f}"
        return name if self.comes_back is None else f"{name}-comes-back-{self.comes_back:g}"

    @property
    def sets(self) -> tuple[str, ...]:
        """Keys set."""
        back = (
            () if self.comes_back is None else (f"demand.responses.comes_back={self.comes_back:g}",)
        )
        return (
            f"demand.multiplier={self.multiplier:g}",
            f"off_platform.share={self.off_platform:g}",
            "dropin.multiplier=0",  # nobody who drops in asks for a slot
            *back,
        )


LOADS = (
    Load(0.99, 1.9, 0.0),
    Load(0.95, 7.6, 0.0),
    Load(0.85, 17, 0.0),
    Load(0.70, 32, 0.0),
    Load(0.85, 5.1, 0.3),
    Load(0.70, 15, 0.3),
    Load(0.85, 17, 0.0, comes_back=1.0),
    Load(0.85, 17, 0.0, comes_back=0.3),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare at every load, or at those named; status of the first that failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    names = [*(load.folder for load in LOADS), FOLDER]
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help=", ".join(names))
    parser.add_argument("--replications", type=int, default=20)
    options = parser.parse_args(arguments)
    for load in LOADS:
        if options.folders and load.folder not in options.folders:
            continue
        words = command(load, options.replications, RUNS / load.folder)
        status = subprocess.run(words, cwd=ROOT, check=False)
        if status.returncode:
            return status.returncode
        keep(ROOT / RUNS / load.folder, load.folder)
    (KEPT / "tables.md").write_text(_tables(), encoding="utf-8")
    if options.folders and FOLDER not in options.folders:
        return 0
    return make_season(options.replications)


def command(load: Load, replications: int, out: Path) -> list[str]:
    """Words that compare the sets of rules at a load."""
    words = [str(Path(sys.executable).parent / "linli"), "compare"]
    words += [(POLICIES / f"{name}.yaml").as_posix() for name in NAMES]
    words += ["--baseline", BASELINE, "--replications", str(replications)]
    words += [word for text in load.sets for word in ("--set", text)]
    return [*words, "--out", out.as_posix(), "--overwrite", "--no-charts"]


def keep(run: Path, load: str) -> None:
    """Keep the rows of all residents of a comparison, its fairness, and the command."""
    comparison = pd.read_csv(run / "comparison.csv")
    keep_rows(comparison[comparison["group"] == "all"], KEPT / "comparison.csv", load)
    keep_rows(pd.read_csv(run / "fairness.csv"), KEPT / "fairness.csv", load)
    keep_manifest(run, KEPT / "manifest.json", load, MADE_BY)


def _tables() -> str:
    """Served share of all, and of the worst-off segment, by policy and load."""
    kept = set(pd.read_csv(KEPT / "fairness.csv")["load"])
    done = [load for load in LOADS if load.folder in kept]
    head = "| policy | " + " | ".join(_title(load) for load in done) + " |"
    rule = "|---|" + "---|" * len(done)
    text = ["<!-- written by python -m benchmarks.reference -->", ""]
    for title, cell in (
        ("Requests that get a slot: points against first come (joint 95 % interval)", _difference),
        ("Bookings that are used, of all wishes: points against first come", _met),
        ("Served share of the segment that is served worst", _worst),
    ):
        text += [f"## {title}", "", head, rule]
        for name in NAMES:
            text.append(f"| {name} | " + " | ".join(cell(load, name) for load in done) + " |")
        text.append("")
    return "\n".join(text)


def _title(load: Load) -> str:
    return (
        f"peak {100 * load.peak:.0f} % served: ×{load.multiplier:g}, "
        f"off-platform {load.off_platform:.0%}"
        + ("" if load.comes_back is None else f", come back {load.comes_back:.0%}")
    )


def _difference(load: Load, name: str) -> str:
    if name == BASELINE:
        row = _of(load, "fairness.csv", "served_share", name)
        return f"{row['mean']:.1%} ({row['ci_low']:.1%} to {row['ci_high']:.1%})"
    row = _of(load, "comparison.csv", "served_share", name)
    return _points(row, "adjusted_low", "adjusted_high")


def _met(load: Load, name: str) -> str:
    if name == BASELINE:
        return ""
    return _points(_of(load, "comparison.csv", "met_share", name), "ci_low", "ci_high")


def _worst(load: Load, name: str) -> str:
    row = _of(load, "fairness.csv", "worst_group_served_share", name)
    return f"{row['mean']:.1%} ({row['level']})"


def _points(row: pd.Series[float], low: str, high: str) -> str:
    return f"{100 * row['difference']:+.1f} ({100 * row[low]:+.1f} to {100 * row[high]:+.1f})"


def _of(load: Load, file: str, metric: str, name: str) -> pd.Series[float]:
    table = pd.read_csv(KEPT / file)
    at = (table["load"] == load.folder) & (table["metric"] == metric)
    return table[at & (table["scenario"] == name)].iloc[0]


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks.same_bytes OTHER`: which results differ between two checkouts.

OTHER is another checkout of this repository, such as a git worktree of an earlier commit. Shipped
scenarios are run in both with the same seed and few replications, each checkout by its own code
and, where it has one, its own `.venv`. Every CSV and Parquet file is compared; a file that differs
is told by what was added and removed and by the first row whose values changed. Charts are not
drawn, so nothing is said about the CSV files beside them. A clean checkout's results are kept
under its `results/same-bytes/`, by commit, and not computed again. Two to three minutes of one
core a checkout.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

__all__ = ["CASES", "difference", "main"]

ROOT = Path(__file__).resolve().parents[1]
COMMON = ("--seed", "1", "--jobs", "1", "--no-store", "--no-charts", "--quiet")
RULES = (
    "assumed-first-come", "hong-kong-lcsd", "weekly-ballot", "neighbours-first", "points-for-peak",
)  # fmt: skip
CASES: dict[str, tuple[str, ...]] = {
    "cangqian": ("run", "scenarios/cangqian.yaml", "--replications", "2"),
    "optimised-daily": ("run", "scenarios/policies/optimised-daily.yaml", "--replications", "1"),
    "off-platform-60": (
        "run", "scenarios/cangqian.yaml", "--set", "off_platform.share=0.6", "--replications", "2",
    ),
    "district": ("run", "scenarios/district.yaml", "--replications", "1"),
    "before-after": (
        "compare", "scenarios/before-after.yaml", "scenarios/before-after/after.yaml",
        "--replications", "2",
    ),
    "policies": (
        "compare", *(f"scenarios/policies/{name}.yaml" for name in RULES), "--replications", "2",
    ),
    "headroom": (
        "headroom", "scenarios/cangqian.yaml", "--largest", "4", "--replications", "2",
    ),
    "season": (
        "allocate", "scenarios/allocate/greedy.yaml", "--no-reasons", "--judge",
        "--against", "first_come", "--replications", "2",
    ),
}  # fmt: skip
"""What is run, as words of the command line."""
LABELS = (
    "metric", "group", "level", "scenario", "baseline", "replication", "target", "multiplier",
    "policy", "zone", "request", "venue", "unit",
)  # fmt: skip
"""Columns that name a row, where a table has them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, one line a file; 0 all the same, 1 some differ, 2 one could not be run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_bytes", description=__doc__)
    parser.add_argument("other", type=Path, metavar="OTHER", help="another checkout")
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), metavar="NAME")
    options = parser.parse_args(arguments)
    worst = 0
    for name in options.only:
        with tempfile.TemporaryDirectory(prefix="same-bytes-") as folder:
            mine, other = Path(folder) / "mine", _kept(options.other.resolve(), name)
            if not _made(options.other.resolve(), name, other) or not _made(ROOT, name, mine):
                worst = 2
                continue
            for path, words in _compared(other, mine):
                print(f"{name}/{path}: {words}", flush=True)
                worst = max(worst, int(words != "same"))
    return worst


def _kept(checkout: Path, name: str) -> Path:
    """Folder of a checkout's results of a case; a checkout with changes has none that lasts."""
    digest = hashlib.sha256(" ".join([*CASES[name], *COMMON]).encode()).hexdigest()[:8]
    return checkout / "results" / "same-bytes" / _commit(checkout) / f"{name}-{digest}"


def _commit(checkout: Path) -> str:
    """Commit of a clean checkout; otherwise `changed`, and whatever lies there is removed."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(checkout), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    if git("status", "--porcelain", "--untracked-files=no"):
        shutil.rmtree(checkout / "results" / "same-bytes" / "changed", ignore_errors=True)
        return "changed"
    return git("rev-parse", "HEAD")


def _made(checkout: Path, name: str, out: Path) -> bool:
    """Run a case by a checkout's own code, unless its results are there."""
    if out.exists():
        return True
    python = checkout / ".venv" / "bin" / "python"
    program = str(python) if python.exists() else sys.executable
    words = [program, "-c", "import sys; from sim.cli import main; sys.exit(main())"]
    words += [*CASES[name], *COMMON, "--out", str(out)]
    done = subprocess.run(
        words,
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(f"{name}: {checkout} could not run it: {done.stderr.strip()[-500:]}", flush=True)
    return not done.returncode


def _compared(old: Path, new: Path) -> Iterator[tuple[str, str]]:
    """Every table of either folder, and what is to be said of it."""
    for path in sorted(_tables(old) | _tables(new)):
        if not (new / path).exists():
            yield path, "removed"
        elif not (old / path).exists():
            yield path, "added"
        elif (old / path).read_bytes() == (new / path).read_bytes():
            yield path, "same"
        else:
            yield path, difference(old / path, new / path)


def _tables(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix in (".csv", ".parquet")
    }


def difference(old: Path, new: Path) -> str:
    """In what two tables differ, in words: columns, rows, and the first changed value."""
    before, after = _rows(old), _rows(new)
    words = []
    columns = _columns(before), _columns(after)
    for what, more in zip(("removed", "added"), (columns, columns[::-1]), strict=True):
        if lost := [name for name in more[0] if name not in more[1]]:
            words.append(f"{what} columns {', '.join(lost)}")
    shared = [name for name in columns[0] if name in columns[1]]
    for what, keys in (("removed", before.keys() - after), ("added", after.keys() - before)):
        if keys:
            words.append(f"{len(keys)} rows {what} ({_counted(keys)})")
    changed = [
        key
        for key, row in before.items()
        if key in after and any(row[name] != after[key][name] for name in shared)
    ]
    if changed:
        key = changed[0]
        names = [name for name in shared if before[key][name] != after[key][name]]
        values = ", ".join(f"{n} {before[key][n]} -> {after[key][n]}" for n in names)
        words.append(f"{len(changed)} rows changed, first {' '.join(map(str, key))}: {values}")
    return f"differs: {'; '.join(words) or 'the order of rows or columns, or the format'}"


def _counted(keys: set[tuple[str, ...]]) -> str:
    """What rows are called first, most frequent first."""
    counts = Counter(key[0] for key in keys)
    return ", ".join(f"{name} {n}" for name, n in counts.most_common(8))


def _columns(rows: dict[tuple[str, ...], dict[str, str]]) -> list[str]:
    return list(next(iter(rows.values()), {}))


def _rows(path: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """Rows of a table by what names them, a number for the second of a name."""
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        rows = [{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    seen: Counter[tuple[str, ...]] = Counter()
    named = {}
    for row in rows:
        key = tuple(row[name] for name in LABELS if name in row)
        seen[key] += 1
        named[(*key, str(seen[key]))] = row
    return named


if __name__ == "__main__":
    sys.exit(main())

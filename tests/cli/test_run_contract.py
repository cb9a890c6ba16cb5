"""`linli run`: what it writes, what it prints, and what it says when something is wrong."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.model import build_model, simulate
from sim.report.manifest import inputs_of
from sim.scenario.loading import load

from .commands import files_of, inside, linli, scenario

FAST = ("--no-charts", "--jobs", "1")
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def test_what_a_run_writes(tmp_path: Path) -> None:
    """summary.csv, replications.parquet, manifest.json, requests.parquet; nothing beside them."""
    name = scenario(tmp_path)
    done = inside(tmp_path, "run", name, *FAST, "--requests")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "results" / "tiny"
    assert {"summary.csv", "replications.parquet", "requests.parquet", "manifest.json"} <= set(
        files_of(folder)
    )
    assert [p.name for p in (tmp_path / "results").iterdir()] == ["tiny"]
    text = (folder / "summary.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfmetric,group,level,mean,ci_low,ci_high,n,unit\n")
    assert b"\r" not in text
    summary = pd.read_csv(folder / "summary.csv", encoding="utf-8-sig")
    assert set(summary["n"]) <= {0, 1, 2, 3}
    replications = pd.read_parquet(folder / "replications.parquet")
    assert list(replications.columns) == ["replication", "metric", "group", "level", "value", "of"]
    assert set(replications["replication"]) == {0, 1, 2}
    requests = pd.read_parquet(folder / "requests.parquet")
    assert set(requests["replication"]) == {0, 1, 2}
    assert "served" in done.stdout or "slot" in done.stdout


def test_a_share_is_that_of_the_totals(tmp_path: Path) -> None:
    """`served_share` is bookings / requests, both summed over all replications."""
    name = scenario(tmp_path)
    crowd = ("--set", "demand.level=4", "--set", "window.until=2026-03-08")
    done = inside(tmp_path, "run", name, *FAST, "--replications", "8", *crowd)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "results" / "tiny"
    summary = pd.read_csv(folder / "summary.csv", encoding="utf-8-sig")
    mean = summary[summary["group"] == "all"].set_index("metric")["mean"]
    rows = pd.read_parquet(folder / "replications.parquet")
    rows = rows[(rows["metric"] == "served_share") & (rows["group"] == "all")]
    together = (rows["value"] * rows["of"]).sum() / rows["of"].sum()
    assert mean["served_share"] == pytest.approx(mean["bookings"] / mean["requests"], rel=1e-9)
    assert mean["served_share"] == pytest.approx(together, rel=1e-9)
    assert abs(together - rows["value"].mean()) > 1e-5  # which the mean of shares is not


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    """--json: standard output is one JSON object; standard error is empty."""
    name = scenario(tmp_path)
    done = linli(tmp_path, "run", name, *FAST, "--json", "--out", "here", "--replications", "2")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    assert done.stdout.strip().count("\n") == 0
    assert done.stderr == ""
    assert (answer["name"], answer["replications"]) == ("tiny", 2)
    assert (tmp_path / "here" / "summary.csv").is_file()
    assert not (tmp_path / "results").exists()
    served = answer["figures"]["served_share"]
    summary = pd.read_csv(tmp_path / "here" / "summary.csv", encoding="utf-8-sig")
    row = summary[(summary["metric"] == "served_share") & (summary["group"] == "all")].iloc[0]
    assert (served["mean"], served["n"]) == (pytest.approx(row["mean"]), 2)


def test_set_seed_and_replications(tmp_path: Path) -> None:
    """--set, --seed and --replications reach the manifest, and the model."""
    name = scenario(tmp_path)
    words = ["--set", "demand.multiplier=0", "--set", "title=none", "--seed", "9"]
    done = inside(tmp_path, "run", name, *FAST, "--replications", "2", "--json", *words)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "results" / "tiny" / "manifest.json").read_text("utf-8"))
    assert manifest["scenario"]["demand"]["multiplier"] == 0
    assert (manifest["scenario"]["title"], manifest["seed"]) == ("none", 9)
    assert manifest["replications"] == 2
    assert json.loads(done.stdout)["figures"]["wishes"]["mean"] == 0


def test_the_manifest_rebuilds_the_run(tmp_path: Path) -> None:
    """From manifest.json alone: the same hash, the same history."""
    name = scenario(tmp_path)
    assert (
        inside(tmp_path, "run", name, *FAST, "--quiet", "--set", "demand.level=2").returncode == 0
    )
    path = tmp_path / "results" / "tiny" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    original = load(tmp_path / name, sets=["demand.level=2"])
    rebuilt = inputs_of(manifest, path)
    assert rebuilt.input_hash == original.input_hash == manifest["input_hash"]
    assert rebuilt.tables == original.tables
    a, b = (simulate(build_model(i), 1, 2) for i in (original, rebuilt))
    assert np.array_equal(a.wishes.key, b.wishes.key)
    assert np.array_equal(a.venue, b.venue)
    assert np.array_equal(a.start, b.start)


@pytest.mark.parametrize("out", ["a-file", "a-file/below"])
def test_out_that_is_a_file_is_status_3(out: str, tmp_path: Path) -> None:
    """A file where a folder is needed: status 3, a message that names it, the file unharmed."""
    name = scenario(tmp_path)
    (tmp_path / "a-file").write_text("mine")
    done = inside(tmp_path, "run", name, *FAST, "--out", out)
    assert done.returncode == 3
    assert "a-file" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "a-file").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="rights of folders")
@pytest.mark.skipif(ROOT and sys.platform != "linux", reason="root writes everywhere")
@pytest.mark.parametrize("earlier", [pytest.param(False, marks=pytest.mark.slow), True])
def test_a_read_only_folder_is_status_3(earlier: bool, tmp_path: Path) -> None:
    """A folder that cannot be written, with results or without: status 3, they stay, also a store.

    Said before anything is computed: the run asked for would take for ever.
    """
    name = scenario(tmp_path)
    locked = tmp_path / "locked"
    if earlier:
        assert inside(tmp_path, "run", name, *FAST, "--out", "locked").returncode == 0
    locked.mkdir(exist_ok=True)
    before = files_of(locked)
    locked.chmod(0o500)
    out = "locked" if earlier else "locked/results"
    for words in (["--out", out], ["--out", "free", "--store", "locked/store"])[: 1 + earlier]:
        long = ["run", name, *FAST, *words, "--replications", "100000"]
        done = linli(tmp_path, *long, heeding=True)
        assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
        assert "locked" in done.stderr
        assert "not writable" in done.stderr
        assert files_of(locked) == before
    locked.chmod(0o700)


def test_a_place_where_no_folder_can_be_is_status_3(tmp_path: Path) -> None:
    """Below /proc: status 3, no traceback."""
    if not Path("/proc/self").exists():
        pytest.skip("no /proc here")
    done = inside(tmp_path, "run", scenario(tmp_path), *FAST, "--out", "/proc/linli/out")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_other_peoples_files_in_the_folder_stay(tmp_path: Path) -> None:
    """A second run replaces the first one's files and leaves a stranger's alone."""
    name = scenario(tmp_path)
    assert inside(tmp_path, "run", name, *FAST, "--quiet").returncode == 0
    folder = tmp_path / "results" / "tiny"
    (folder / "notes.txt").write_text("mine")
    first = (folder / "summary.csv").read_bytes()
    assert inside(tmp_path, "run", name, *FAST, "--quiet", "--seed", "2").returncode == 0
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "summary.csv").read_bytes() != first

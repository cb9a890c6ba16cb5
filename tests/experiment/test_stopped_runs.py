"""Whole runs from outside: killed and started again, two at once, a full or read-only disk."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.commands import files_of, inside, scenario, start, stored
from processes import alive, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, limits, mounts")
FAST = ("--no-charts", "--quiet", "--jobs", "1")
RESULTS = ("summary.csv", "replications.parquet")


def manifest_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def test_a_run_killed_leaves_no_process_and_goes_on_where_it_was(tmp_path: Path) -> None:
    """SIGKILL to a run half-way: its worker leaves; the next computes only what is missing.

    It gives the bytes of a run that nobody disturbed, and a manifest that differs in `run` alone.
    """
    words = ["run", scenario(tmp_path)]
    process = start(tmp_path, *words, "--no-charts", "--jobs", "2", "--replications", "100000")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        until(lambda: len(children.read_text().split()) >= 2)  # the worker, and Python's own helper
        until(lambda: len(stored(tmp_path)) >= 5)
        pids = children.read_text().split()
    finally:
        process.kill()
    process.communicate(timeout=300)
    assert len(pids) >= 2
    until(lambda: not any(alive(pid) for pid in pids))
    kept = len([path for path in stored(tmp_path) if int(path.name) < 24])
    words += ["--replications", "24"]
    assert not (tmp_path / "results" / "tiny").exists()
    assert inside(tmp_path, *words, *FAST).returncode == 0
    assert inside(tmp_path, *words, *FAST, "--no-store", "--out", "whole").returncode == 0
    resumed, whole = tmp_path / "results" / "tiny", tmp_path / "whole"
    for name in RESULTS:
        assert (resumed / name).read_bytes() == (whole / name).read_bytes()
    a, b = manifest_of(resumed), manifest_of(whole)
    run = a.pop("run")
    b.pop("run")
    assert a == b
    assert isinstance(run, dict)
    assert run["from_store"] in (kept, kept - 1)  # the last may have been half-written
    assert run["from_store"] >= 4


def test_two_runs_in_one_folder_at_once(tmp_path: Path) -> None:
    """Different seeds, one folder, one store: the folder is wholly one run's, the store both's."""
    words = ["run", scenario(tmp_path), *FAST, "--replications", "2"]
    both = [start(tmp_path, *words, "--seed", seed) for seed in ("1", "2")]
    assert [p.wait(300) for p in both] == [0, 0]
    for process in both:
        process.communicate()
    folder = tmp_path / "results" / "tiny"
    seed = str(manifest_of(folder)["seed"])
    assert [p.name for p in (tmp_path / "results").iterdir()] == ["tiny"]
    found = files_of(folder)
    for other in ("1", "2"):
        assert inside(tmp_path, *words, "--seed", other, "--out", f"alone-{other}").returncode == 0
        alone = tmp_path / f"alone-{other}"
        assert manifest_of(alone)["run"]["from_store"] == 2  # type: ignore[index]
        for name in RESULTS:
            assert ((alone / name).read_bytes() == found[name]) == (other == seed)


@contextlib.contextmanager
def disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own, of a given size."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        made = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("mounting needs rights that these tests have not")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_and_a_read_only_disk(tmp_path: Path) -> None:
    """Status 3 and a plain sentence; what was there before is there after, byte for byte."""
    words = ["run", scenario(tmp_path), *FAST, "--out", "disk/out"]
    with disk(tmp_path / "disk", "2m") as small:
        assert inside(tmp_path, *words).returncode == 0
        before = files_of(small / "out")
        (small / "filler").write_bytes(b"x" * (os.statvfs(small).f_bavail - 2) * 4096)
        done = inside(tmp_path, *words, "--seed", "2")
        assert (done.returncode, "Traceback" in done.stderr) == (3, False)
        assert "the disk is full" in done.stderr
        assert files_of(small / "out") == before
        assert {p.name for p in small.iterdir()} == {"filler", "out"}
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
        done = inside(tmp_path, *words, "--seed", "2")
        assert (done.returncode, "Traceback" in done.stderr) == (3, False)
        assert "read-only" in done.stderr
        assert files_of(small / "out") == before


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    """A limit on the size of files, with which no right is needed: status 3, the store whole."""
    words = ["run", scenario(tmp_path), *FAST]
    assert inside(tmp_path, *words).returncode == 0
    before = files_of(tmp_path / "results")

    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, usual[1]))
        done = inside(tmp_path, *words, "--seed", "2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert "no file may grow that large" in done.stderr
    assert files_of(tmp_path / "results") == before
    assert inside(tmp_path, *words, "--seed", "2").returncode == 0

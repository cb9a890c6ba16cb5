"""Output that is closed or full, and a working folder that is gone: a status, never a traceback."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import LINLI, environment, files_of, inside, scenario

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="/dev/full, and a shell that closes"
)
FAST = "--no-charts --no-store --quiet --replications 2"


def shell(folder: Path, words: str, redirected: str) -> subprocess.CompletedProcess[str]:
    """`linli WORDS` with redirections as a shell writes them."""
    command = f"{shlex.join(LINLI)} {words} {redirected}"
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment(folder),
        capture_output=True, text=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip


GOOD, ABSENT, USAGE = ("validate test.yaml", 0), ("validate absent.yaml", 2), ("walk", 2)
ALL = "<&- >&- 2>&-"
OTHERS = [
    *((*GOOD, to) for to in ("2>&-", "2>/dev/full")),
    *((*one, to) for one in (ABSENT, USAGE) for to in (">&-", "2>&-")),
    (*USAGE, "2>/dev/full"),
]
"""What nothing is written to, or what another command writes to."""


@pytest.mark.parametrize(
    ("words", "status", "redirected"),
    [
        (*GOOD, ">&-"),
        *((*one, ALL) for one in (GOOD, ABSENT, USAGE)),
        (*ABSENT, "2>/dev/full"),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in OTHERS),
    ],
)
def test_closed_or_full(words: str, status: int, redirected: str, tmp_path: Path) -> None:
    """The status is that of the work: nobody reads what is closed, and errors cannot be told."""
    scenario(tmp_path)
    done = shell(tmp_path, words, redirected)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "redirected",
    [">/dev/full", pytest.param(">/dev/full 2>/dev/full", marks=pytest.mark.slow)],
)
def test_full_standard_output_is_status_3(redirected: str, tmp_path: Path) -> None:
    """Somebody wanted what does not fit: the environment failed."""
    scenario(tmp_path)
    done = shell(tmp_path, "validate test.yaml", redirected)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert ("standard output" in done.stderr) == ("2>" not in redirected)


def test_nothing_printed_ends_in_a_result(tmp_path: Path) -> None:
    """With all streams closed no file of results gets their numbers: the same bytes as ever."""
    scenario(tmp_path)
    run = f"run test.yaml {FAST}"
    assert inside(tmp_path, *run.split(), "--out", "usual", "--jobs", "1").returncode == 0
    done = shell(tmp_path, f"{run} --out closed --jobs 2", ALL)
    assert done.returncode == 0, done.stderr
    usual, closed = (files_of(tmp_path / out) for out in ("usual", "closed"))
    manifests = [json.loads(files.pop("manifest.json")) for files in (usual, closed)]
    assert usual == closed
    for manifest in manifests:
        manifest.pop("run")
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize(
    "words",
    [
        "run ../test.yaml",
        *(
            pytest.param(it, marks=pytest.mark.slow)
            for it in ("validate ../test.yaml", "init mine")
        ),
    ],
)
def test_a_working_folder_that_is_gone_is_status_3(words: str, tmp_path: Path) -> None:
    scenario(tmp_path)
    (tmp_path / "gone").mkdir()
    command = f"cd gone && rmdir ../gone && {shlex.join(LINLI)} {words}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment(tmp_path),
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "working folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_long_option_is_not_echoed_whole(tmp_path: Path) -> None:
    """What was typed comes back in a few lines."""
    scenario(tmp_path)
    long = "x" * 100_000
    for words in (
        ["validate", "test.yaml", "--set", f"demand.multiplier={long}"],
        ["validate", "test.yaml", "--set", f"{long}=1"],
        ["validate", f"{long}.yaml"],
        ["validate", f"{long}.csv"],
        ["explain", "results", "--venue", long],
        ["run", "test.yaml", "--engine", long],
    ):
        done = inside(tmp_path, *words)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr) < 3000

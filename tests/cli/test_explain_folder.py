"""`linli explain` of folders that are no finished run of this linli: status 2 and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .commands import Linli, scenario

ODD: list[Any] = [None, 5, "abc", [], [1], {}, {"a": 1}, [["a", 1]], True, -1.5, 10**30]


@pytest.fixture
def manifest(linli: Linli, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """The manifest of a short run, as file and as it was written."""
    words = ("--no-charts", "--no-store", "--quiet", "--replications", "2", "--jobs", "1")
    assert linli("run", scenario(tmp_path), *words).returncode == 0
    path = tmp_path / "results" / "tiny" / "manifest.json"
    return path, json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_a_damaged_manifest(
    every: int, linli: Linli, manifest: tuple[Path, dict[str, Any]]
) -> None:
    """Every key of it, gone or of another kind: refused, or without influence on the answer.

    Of the other kinds every third, in turn.
    """
    path, whole = manifest
    usual = linli("explain", "results/tiny", "--request", "refused").stdout
    for number, key in enumerate(whole):
        for odd in (*ODD[number % every :: every], ...):
            damaged = {k: v for k, v in whole.items() if k != key}
            if odd is not ...:
                damaged[key] = odd
            path.write_text(json.dumps(damaged), "utf-8")
            done = linli("explain", "results/tiny", "--request", "refused")
            assert done.returncode in (0, 2), (key, odd, done.stderr)
            assert done.returncode == 2 or done.stdout == usual, (key, odd)
            assert "Traceback" not in done.stderr
            assert len(done.stderr) < 3000


def test_without_options_says_what_can_be_asked(
    linli: Linli, manifest: tuple[Path, dict[str, Any]]
) -> None:
    """No folder, a misspelt one, no option, a misspelt venue: what is there is named."""
    for words, said in (
        ([], "results/tiny"),
        (["results/tinny", "--request", "refused"], "Did you mean results/tiny?"),
        (["results/tiny"], "--request refused"),
        (["results/tiny"], "Court 1"),
        (["results/tiny", "--venue", "Cort 1"], "Did you mean Court 1?"),
    ):
        done = linli("explain", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr, done.stderr
    del manifest

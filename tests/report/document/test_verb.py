"""`linli report`: files where they belong, gone with their results, and refusals that help."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli.commands import inside

from sim.report.document.report import WRITERS
from sim.report.files import ResultFolder


@pytest.fixture
def run(folders: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(folders["run"], tmp_path / "run"))


def test_all_formats_in_both_languages(run: Path) -> None:
    done = inside(run.parent, "report", "run", "--json")
    assert done.returncode == 0, done.stderr
    wanted = {f"run/report/report-{tongue}.{name}" for tongue in ("zh", "en") for name in WRITERS}
    assert set(json.loads(done.stdout)["files"]) == wanted
    assert all((run.parent / name).stat().st_size > 1000 for name in wanted)
    listed = ResultFolder(run).listed()
    assert wanted == {f"run/{name}" for name in listed if name.startswith("report/")}


def test_one_of_them_elsewhere(run: Path) -> None:
    words = ("--language", "zh", "--format", "html", "--out", "there")
    done = inside(run.parent, "report", "run", *words)
    assert (done.returncode, done.stdout) == (0, "")
    assert [path.name for path in (run.parent / "there").iterdir()] == ["report-zh.html"]
    assert not (run / "report").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--format", "html,xslx"), "--format xslx: allowed: html, "),
        (("run", "--format", "xslx"), "Did you mean `xlsx`?"),
        (("run", "--language", "cn"), "--language cn: allowed: zh, en, both"),
        (("nowhere",), "nowhere: holds no manifest.json, so it is no result folder of linli"),
    ],
)
def test_what_is_not_there_is_said(run: Path, words: tuple[str, ...], said: str) -> None:
    done = inside(run.parent, "report", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (run / "report").exists()

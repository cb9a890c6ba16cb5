"""Result folders of the tiny world, and the same with names that try to be something else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from builders import tiny
from cli.commands import inside

from sim.report.document.content import Document, Language
from sim.report.document.report import document

from .searches import write_searches

HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "$x^2$ #let _ = *b* \\ [c]",
    "\u202eright to left\u202c",
    "“quotes\" & 'more'" + "长" * 200,
    "@SUM(A1)",
)
"""Names that a page, a sheet, a formula or a print might take for their own."""
WORST = f"{HOSTILE[1]} {HOSTILE[0]} {HOSTILE[2]} {HOSTILE[3]} 👩🏽‍💻"
LABEL = {"zh": "小城现状", "en": "Tiny town today"}
KINDS = {"badminton_court": "羽毛球场 Badminton court", "activity_room": "活动室 Activity room"}


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A comparison, and what it leaves of a run."""
    folder = tmp_path_factory.mktemp("results")
    world = tiny().set(demand__multiplier=10, place="小城 Tiny town", label=LABEL)
    for kind, label in KINDS.items():
        world.scenario["kinds"][kind]["label"] = label
    world.write(folder)
    short = "extends: test.yaml\nname: short\npolicy: {window: {opens_days_ahead: 2}}\n"
    (folder / "short.yaml").write_text(short, encoding="utf-8")
    fast = ("--jobs", "1", "--replications", "3")
    words = ("compare", "test.yaml", "short.yaml", "--out", "compare", "--no-charts")
    done = inside(folder, *words, *fast)
    assert done.returncode == 0, done.stderr
    done = inside(folder, "run", "test.yaml", "--out", "run", "--charts", "none", *fast)
    assert done.returncode == 0, done.stderr
    return {"run": folder / "run", "compare": folder / "compare"}


@pytest.fixture(scope="session")
def hostile(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run with hostile names of its place, kinds, zones and notes."""
    folder = tmp_path_factory.mktemp("hostile") / "run"
    shutil.copytree(folders["run"], folder)
    path = folder / "manifest.json"
    text, table = path.read_text("utf-8"), (folder / "summary.csv").read_text("utf-8-sig")
    zones = {"North": "=1+1", "South": "<b>南</b>"}
    for name, bad in zones.items():
        text = text.replace(json.dumps(name), json.dumps(bad))
        table = table.replace(f",{name},", f",{bad},")
    manifest = json.loads(text)
    manifest["scenario"]["place"] = HOSTILE[0]
    for part, bad in zip(("badminton_court", "activity_room"), HOSTILE[1:3], strict=True):
        manifest["scenario"]["kinds"][part]["label"] = bad
    for part, bad in zip(("adult", "elder"), HOSTILE[3:5], strict=True):
        manifest["scenario"]["segments"][part]["label"] = bad
    manifest["sources"][0]["note"] = HOSTILE[5]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "summary.csv").write_text(table, encoding="utf-8-sig")
    return folder


@pytest.fixture(scope="session")
def searched(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What searches of the world of the run leave."""
    run = json.loads((folders["run"] / "manifest.json").read_text("utf-8"))
    return write_searches(
        tmp_path_factory.mktemp("searched"), run, "小区 Compound", "badminton_court"
    )


@pytest.fixture(scope="session")
def hostile_searches(
    folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """Searches in which levers, sites, zones and inputs bear a name that tries everything."""
    run = json.loads((folders["run"] / "manifest.json").read_text("utf-8"))
    return write_searches(tmp_path_factory.mktemp("bad"), run, WORST, "badminton_court")


@pytest.fixture(scope="session", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="session", params=["run", "compare", "searches", "all"])
def made(
    request: pytest.FixtureRequest,
    folders: dict[str, Path],
    searched: list[Path],
    language: Language,
) -> tuple[Path, Document]:
    """A document, and the folder that the files of its numbers are below."""
    if request.param == "searches":
        return searched[0].parent, document(searched, language)
    if request.param == "all":
        copied = [Path(shutil.copytree(f, searched[0].parent / f.name, dirs_exist_ok=True))
                  for f in folders.values()]  # fmt: skip
        return searched[0].parent, document([*copied, *searched], language)
    folder = folders[request.param]
    return folder, document([folder], language)

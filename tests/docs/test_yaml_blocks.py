"""YAML in the pages is right where it is meant to be, and wrong where a page says so."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path

import pytest

from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems

from .pages import ROOT, blocks, generator, named, pages, text_of

EXAMPLES = [
    pytest.param(info, text, id=f"{named(path)}:{i}")
    for path in pages()
    for i, (info, text) in enumerate(blocks(path))
    if info.startswith("yaml")
]

SITING = ("site-cangqian", "huaxing", "nanteng-links")


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shipped scenarios with tables, the sets of rules, and the timetable that a page shows."""
    folder = tmp_path_factory.mktemp("pages") / "scenarios"
    for name in ("cangqian", "policies", "allocate-season", *SITING):
        shutil.copytree(ROOT / "scenarios" / name, folder / name)
    for name in ("cangqian", "allocate-season", *SITING):
        shutil.copy(ROOT / "scenarios" / f"{name}.yaml", folder)
    page = ROOT / "docs" / "how-to" / "judge-a-timetable.md"
    (table,) = [text for info, text in blocks(page) if info == "csv"]
    (folder / "timetable.csv").write_text(table, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("info", "text"), EXAMPLES)
def test_examples_load_or_fail_as_they_say(info: str, text: str, scenarios: Path) -> None:
    path = scenarios / "example.yaml"
    path.write_text(text, encoding="utf-8")
    if info == "yaml wrong":
        with pytest.raises(ScenarioProblems):
            load(path, need_level=False)
    else:
        assert load(path, need_level=False).scenario.name != "cangqian"


def test_the_messages_shown_are_those_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ROOT / "docs" / "how-to" / "write-a-scenario.md"
    found = list(blocks(page))
    at = next(i for i, (info, _) in enumerate(found) if info == "yaml wrong")
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "bad.yaml").write_text(found[at][1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioProblems) as caught:
        load(Path("scenarios/bad.yaml"))
    printed = caught.value.render().splitlines()
    assert found[at + 1][1].splitlines()[:-1] == printed[:-1]


def test_generated_pages_are_up_to_date() -> None:
    pages = generator().generated().items()
    old = [named(path) for path, text in pages if not path.exists() or text_of(path) != text]
    if old:
        pytest.fail(f"{', '.join(old)}: not what the code says: run `make docs`", pytrace=False)


def test_every_key_of_the_default_scenario_is_on_the_reference_page() -> None:
    page = text_of(ROOT / "docs" / "reference" / "scenario.md")
    schema = json.loads(text_of(ROOT / "scenarios" / "schema.json"))
    for key in schema["properties"]:
        assert f"`{key}`" in page, key


def test_every_number_of_the_default_scenario_is_on_the_page_of_inputs() -> None:
    module = generator()
    inputs = module.load(module.DEFAULT, need_level=False)
    page = text_of(ROOT / "docs" / "inputs.md")
    gathered = importlib.import_module("generators.inputs_page").gathered(inputs)
    assert sum(map(len, gathered.values())) == len(inputs.provenance)
    assert all(f"`{key}`" in page for key in gathered)

"""Generated pages say what the code says."""

from __future__ import annotations

import importlib
import json

import pytest

from .pages import ROOT, generator, named, text_of


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

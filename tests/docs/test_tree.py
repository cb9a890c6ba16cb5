"""The tree can be taken in at a glance: a folder answers one question, with few files."""

from __future__ import annotations

import pytest

from .pages import ROOT

MOST = 15
FOLDERS = sorted(
    path.parent.relative_to(ROOT).as_posix()
    for top in ("sim", "optimise")
    for path in (ROOT / top).rglob("__init__.py")
)


def modules(folder: str) -> list[str]:
    return [path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_has_more_modules_than_one_takes_in(folder: str) -> None:
    assert len(modules(folder)) <= MOST


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_is_made_for_one_module(folder: str) -> None:
    inside = [path for path in (ROOT / folder).iterdir() if (path / "__init__.py").exists()]
    assert len(modules(folder)) + len(inside) > 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_says_what_it_is_for(folder: str) -> None:
    assert (ROOT / folder / "__init__.py").read_text(encoding="utf-8").startswith('"""')

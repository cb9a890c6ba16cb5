"""The gallery shows every chart that the code can draw, below a command that draws it."""

from __future__ import annotations

import importlib
import pkgutil
import re

import sim.report.charts
from sim.report import drawing

from .pages import ROOT, generator, text_of

PAGE = ROOT / "docs" / "gallery.md"
SHOWN = re.findall(r"^### (.+)\n\n.+\n\n!\[.+\]\((images/gallery/\1\.webp)\)$", text_of(PAGE), re.M)
NOT_DRAWN = re.findall(r"^### (.+)\n\n.+ no picture\.$", text_of(PAGE), re.M)
"""A chart that only some results have; the page says so."""


def registered() -> set[str]:
    """Names of all charts of all outcomes."""
    for module in pkgutil.walk_packages(sim.report.charts.__path__, "sim.report.charts."):
        importlib.import_module(module.name)
    return {name for _, name in drawing._CHARTS}


def test_every_chart_is_shown_once_and_no_other() -> None:
    names = [name for name, _ in SHOWN]
    assert len(NOT_DRAWN) <= 1
    assert len(names) == len(set(names)) == text_of(PAGE).count("![")
    assert {*names, *NOT_DRAWN} - {"season-week"} == registered()


def test_pictures_are_there_and_small() -> None:
    files = {path.relative_to(PAGE.parent).as_posix(): path.stat().st_size
             for path in (PAGE.parent / "images" / "gallery").iterdir()}  # fmt: skip
    assert set(files) == {path for _, path in SHOWN}
    assert sum(files.values()) < 2_000_000


def test_the_script_finds_every_picture_below_commands_that_write_a_folder() -> None:
    generator()  # puts `docs` on the path
    gallery = importlib.import_module("gallery")
    found = gallery.SECTION.findall(text_of(PAGE))
    assert [n for _, below in found for _, n in gallery.PICTURE.findall(below)] == [
        name for name, _ in SHOWN
    ]
    for block, _ in found:
        *_, last = block.splitlines()
        assert re.fullmatch(r"linli .* --out results/gallery/[a-z]+", last)

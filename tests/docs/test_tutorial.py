"""The tutorial is walked through, block by block, in a folder of its own."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pptx import Presentation

from .pages import ROOT, blocks, text_of

PAGE = ROOT / "docs" / "tutorial.md"
SHORT = {"run": ["--replications", "2"], "compare": ["--replications", "2"],
         "headroom": ["--replications", "2", "--no-charts"]}  # fmt: skip
"""What is shortened for a test: each verb is given these options too."""
LINLI = [sys.executable, "-c", "from sim.cli import main; main()"]


def recipe(target: str) -> list[str]:
    """Commands of a target of the Makefile."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert found is not None
    return [line.strip().removeprefix("$(BIN)/") for line in found[1].splitlines()]


def steps() -> list[tuple[str, str]]:
    """Blocks in order; of the first, which fetches and sets up linli, what `make run` does then."""
    (first, text), *others = blocks(PAGE)
    assert (first, "make run" in text) == ("", True)
    return [("", "\n".join(recipe("run"))), *others]


def walk(folder: Path, info: str, text: str) -> None:
    """Save a block of YAML under its name, or run each line of a block of commands."""
    if info == "yaml":
        (name,) = re.findall(r"^name: (\S+)$", text, re.MULTILINE)
        assert f"`scenarios/{name}.yaml`" in text_of(PAGE)
        (folder / "scenarios" / f"{name}.yaml").write_text(text, "utf-8")
        return
    for line in text.splitlines():
        program, verb, *words = shlex.split(line)
        assert program == "linli", line
        command = [*LINLI, verb, *words, *SHORT.get(verb, [])]
        done = subprocess.run(
            command, check=False, cwd=folder, capture_output=True, text=True, timeout=900
        )
        assert done.returncode == 0, (line, done.stderr)


@pytest.mark.slow
def test_a_newcomer_ends_with_slides_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    for info, text in steps():
        walk(tmp_path, info, text)
    assert (tmp_path / "results" / "cangqian" / "report" / "report-zh.html").exists()
    (deck,) = re.findall(r"`(\S+\.pptx)` has", text_of(PAGE))
    slides = Presentation(str(tmp_path / deck)).slides
    words = "".join(s.text_frame.text for one in slides for s in one.shapes if s.has_text_frame)
    assert len(slides) > 20
    for of in ("科创未来开到22点", "2.0倍", "仓前"):
        assert of in words.replace(" ", "")

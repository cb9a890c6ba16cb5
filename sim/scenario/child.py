"""The first lines of a scenario that the program writes: its parent, and where it has to lie."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sim.scenario.read.files import shipped_folder

__all__ = ["child_head", "quoted"]


def child_head(base: Path, name: str, files: str, sets: Sequence[str] | None) -> list[str]:
    """Comments for whoever runs it, `extends` and `name`.

    A shipped scenario is found by its name from anywhere; another one has to lie beside the child.

    Parameters
    ----------
    base
        File of the parent.
    files
        The child and what belongs to it, in words.
    sets
        Changes by `--set` that the child lacks; None: there may be some.
    """
    shipped = base.parent == shipped_folder()
    lines = [] if shipped else [f"# Put {files} beside {base.name} to run it."]
    if sets is None:
        lines.append("# What `--set` changed is not in this file: say it again.")
    elif sets:
        again = " ".join(sets)
        lines.append(f"# What `--set` changed is not in this file; say it again: {again}")
    parent = base.stem if shipped else base.name
    return [*lines, f"extends: {quoted(parent)}", f"name: {quoted(name)}"]


def quoted(text: str) -> str:
    """A text as YAML and JSON both read it."""
    return json.dumps(text, ensure_ascii=False)

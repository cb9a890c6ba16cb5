"""YAML as the program writes it: keys in their order, any script; and a scenario's first lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import yaml

from sim.scenario.read.files import shipped_folder
from sim.scenario.read.yaml_reader import resolve


class _Dumper(yaml.SafeDumper):
    """Quotes, besides what YAML 1.1 reads as something else than text, what YAML 1.2 does."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if isinstance(resolve(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _represent_text)


def yaml_text(tree: object, width: int = 100) -> str:
    """Plain values as YAML, folded at `width` characters."""
    text: str = yaml.dump(
        tree,
        Dumper=_Dumper,
        default_flow_style=None,
        allow_unicode=True,
        width=width,
        sort_keys=False,
    )
    return text


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

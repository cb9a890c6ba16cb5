"""YAML as the program writes it: keys in their order, any script as it is."""

from __future__ import annotations

import yaml

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

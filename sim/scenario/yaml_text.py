"""YAML as the program writes it: keys in their order, any script as it is."""

from __future__ import annotations

from io import StringIO

from ruamel.yaml import YAML


def yaml_text(tree: object, width: int = 100) -> str:
    """Plain values as YAML, folded at `width` characters."""
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode, yaml.width = True, width
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()

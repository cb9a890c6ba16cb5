"""Modules as `LINLI_JIT=0` has them: their compiled functions run as Python."""

from __future__ import annotations

import importlib.util
from functools import cache
from types import ModuleType
from unittest import mock

import sim.compiled


@cache
def as_python(name: str) -> ModuleType:
    """Load a module once more, without numba."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with (
        mock.patch.object(sim.compiled, "JIT", False),
        mock.patch.dict("sys.modules", {name: module}),  # dataclasses look for their module
    ):
        spec.loader.exec_module(module)
    own = [value for value in vars(module).values() if getattr(value, "__module__", "") == name]
    assert not any(hasattr(value, "py_func") for value in own)
    return module

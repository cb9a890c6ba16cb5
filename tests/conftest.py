"""Plugins of all tests, and what `make quick` refuses."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from multiprocessing.process import BaseProcess

import pytest
from hypothesis import HealthCheck, Phase, settings

for _library in ("OPENBLAS", "MKL", "OMP"):  # as `linli` does, before numpy is loaded
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

pytest_plugins = ("verification.plugin",)

settings.register_profile(
    "linli",
    deadline=None,  # no test fails because a machine is slow
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a seed does not shrink to a simpler world
)
settings.load_profile("linli")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help="a test that draws, solves or starts a process fails"
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # what is collected stays: to look for garbage among it takes a tenth of the time
    if config.getoption("quick"):
        for name in ("matplotlib", "ortools"):
            sys.modules[name] = None  # type: ignore[assignment]  # to import it is an error


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(50_000)
    gc.enable()


@pytest.fixture(autouse=True)
def alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--quick`, no test starts another process."""
    if request.config.getoption("quick"):
        for start in ((subprocess, "Popen"), (BaseProcess, "start")):
            monkeypatch.setattr(*start, _refuse)


def _refuse(*_: object, **__: object) -> None:
    pytest.fail("starts a process: not a test of `make quick`")

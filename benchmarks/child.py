"""Run a function in a fresh process: `python -m benchmarks.child MODULE:FUNCTION '{"key": 1}'`.

The function gets the JSON object as keywords; what it returns goes back as the last line of
standard output.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import Any

__all__ = ["call_fresh"]


def call_fresh(function: str, **keywords: Any) -> Any:
    """Call `module:function` in a fresh process and return what it returned, through JSON.

    Raises
    ------
    RuntimeError
        If the process fails; its traceback is on standard error.
    """
    command = [sys.executable, "-m", "benchmarks.child", function, json.dumps(keywords)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{function} ended with {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Run what the command line names."""
    module, name = sys.argv[1].split(":")
    function = getattr(importlib.import_module(module), name)
    print(json.dumps(function(**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()

"""Where the scenarios that come with linli lie."""

from __future__ import annotations

from pathlib import Path


def shipped_folder() -> Path:
    """Folder of the shipped scenarios: the checkout's `scenarios`, or the copy in the wheel."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / "scenarios"
    return checkout if (checkout / "cangqian.yaml").is_file() else package / "_scenarios"

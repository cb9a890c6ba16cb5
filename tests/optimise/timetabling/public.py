"""Marks of tests that need public instances, which are not part of linli."""

import pytest

from benchmarks.public_data import LACKING, SLOTS

needs_slots = pytest.mark.skipif(not SLOTS.is_dir(), reason=LACKING)
ITC2007 = SLOTS / "itc2007"

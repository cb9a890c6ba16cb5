"""Tests of public timetabling. No `__init__.py` one folder up: it would hide the real `optimise`."""

"""Tests of public timetabling.

One folder up there must be no `__init__.py`: that package would hide the real `optimise`.
"""

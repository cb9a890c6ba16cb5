"""Plugins of all tests."""

pytest_plugins = ("verification.plugin",)

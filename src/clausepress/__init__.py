"""Clausepress publishes legal text and records people's choices about it."""

__version__ = "0.1.0"

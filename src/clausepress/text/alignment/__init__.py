"""Clause to clause between two editions: matching, facts, and a report of what differs."""

"""Policies, their versions and dates: what is in force, and the index that says so."""

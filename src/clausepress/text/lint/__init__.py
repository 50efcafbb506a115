"""Lint of legal texts: faults a lawyer would want to see before the text is published."""

"""``python -m clausepress``."""

from clausepress.cli import main

main()

"""Proving that an archive or a published site is what was frozen, and naming what is not."""

"""What changed between two versions of a policy in one language."""

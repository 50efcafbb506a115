"""What tests of the API share."""

from hashlib import sha256

from clausepress.api.admin import AdminScope, Token, Tokens


def tokens(token: str, *scopes: AdminScope) -> Tokens:
    """One token that opens these scopes."""
    digest = sha256(token.encode()).hexdigest()
    return Tokens({"test": Token(sha256=digest, scopes=frozenset(scopes))})

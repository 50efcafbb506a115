"""The HTTP door of the ledger: routes, media types, origins, problem documents. No rules."""

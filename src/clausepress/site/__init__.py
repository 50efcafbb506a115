"""The MkDocs plugin and the pages it makes: a thin shell over the core."""

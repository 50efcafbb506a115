"""Reading legal text exactly: Markdown source to `Edition`, import, canonical form, HTML body."""

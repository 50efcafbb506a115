"""The commands, one a file: read arguments, call the rooms, print for people or programs."""

"""Authoring (编制): what a county needs to write items, and no village does. Its libraries are the extra `authoring`."""

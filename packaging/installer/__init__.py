"""Installs, updates and removes a station from a bundle folder. Standard library, and what the program's wheel holds of that kind."""

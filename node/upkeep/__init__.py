"""Upkeep (运维): backups, health, updates. Knows no case and opens no letter."""

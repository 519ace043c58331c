"""Evidence (取证): a case as one file, and its check without a station."""

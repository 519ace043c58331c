"""One station (站点): cases, desk, mailroom, store and pages. Knows forms, signing and sync; they do not know each other."""

"""Time, bytes and memory of what has a target, beside the figures of others. Method: `docs/performance.md`."""

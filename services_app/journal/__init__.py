"""Who did what, and who read whose file: append-only, hash-chained."""

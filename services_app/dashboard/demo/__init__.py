"""A town to try the product on: clearly fictional people on real Kielce streets, everything relative to today."""

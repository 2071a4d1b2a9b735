"""Small programs behind ``./dev``."""

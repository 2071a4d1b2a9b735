"""Forms of the office's own duties."""

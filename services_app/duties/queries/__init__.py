"""Reading what concerns the office's own duties."""

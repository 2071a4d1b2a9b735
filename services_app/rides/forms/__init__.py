"""The forms of the ride programme."""

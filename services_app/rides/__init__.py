"""Rides for seniors: rule versions, booking, moving, cancelling, refusals, waiting list."""

"""Vehicles, drivers, shifts, absences."""

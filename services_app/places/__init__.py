"""Addresses, destinations and their entrances."""

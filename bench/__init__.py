"""Promises of speed and size, measured: one module a promise, each with ``figures(place)``. Run with ``./dev bench [NAME…]``."""

"""The pages of messaging."""

from __future__ import annotations

from flask import Blueprint

messaging = Blueprint("messaging", __name__, url_prefix="/wiadomosci")

OFFICE = ("operator", "coordinator", "administrator")
"""Who sees messages and puts them right."""
LAST_ID = 2_000_000_000
"""Numbers above it are no row of ours, and no number of PostgreSQL's."""

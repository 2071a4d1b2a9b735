"""The pages of the ride programme: one blueprint, its views beside each other in this folder."""

from __future__ import annotations

from flask import Blueprint

rides = Blueprint("rides", __name__, url_prefix="/przejazdy")

"""The pages of the ride programme: one blueprint, its views beside each other in this folder."""

from __future__ import annotations

from flask import Blueprint

from services_app.rides.views.sentences import named_by_words

rides = Blueprint("rides", __name__, url_prefix="/przejazdy")
rides.add_app_template_filter(named_by_words)

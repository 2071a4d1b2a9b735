"""Where the pages hang, and what several of them need."""

from __future__ import annotations

from flask import Blueprint

accessibility = Blueprint("accessibility", __name__)
"""What people ask of us: beside the other pages about people."""
incidents = Blueprint("incidents", __name__)
"""What any member of staff may report."""
duties = Blueprint("duties", __name__)
"""What keepers look after: beside the settings."""

ANSWERERS = ("administrator", "manager", "coordinator")
"""Who answers requests for accessibility and reviews the statement."""
TAKERS = (*ANSWERERS, "operator")
"""Who takes such a request down from somebody on the phone or at the counter."""
KEEPERS = ("administrator", "manager")
"""Who keeps the register of breaches and reviews access."""

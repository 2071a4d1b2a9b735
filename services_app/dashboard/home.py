"""The front page: what one can do here, as wide doors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _

from services_app.web.access import public

home = Blueprint("dashboard", __name__)


def _doors() -> list[dict[str, Any]]:
    """The programmes that are open, each with its picture; a programme's door appears with its pages."""
    doors = (
        {
            "title": _("Taksówka dla seniora"),
            "text": _("Bezpłatny przejazd do lekarza, urzędu lub banku. Tam i z powrotem."),
            "endpoint": "rides.about",
            "picture": "rides",
            "tone": "rides",
            "link": _("Zamów przejazd"),
        },
    )
    return [
        {**door, "href": url_for(door["endpoint"])} for door in doors if door["endpoint"] in current_app.view_functions
    ]


@home.get("/", endpoint="home")
@public
def front_page() -> str:
    """What one can do here, and how to talk to somebody."""
    return render_template("dashboard/home.html", doors_shown=_doors())

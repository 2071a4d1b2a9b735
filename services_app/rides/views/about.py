"""What the rides are, who may ride and by which rules: for everybody, without signing in."""

from __future__ import annotations

from flask import render_template

from services_app import clock
from services_app.database import db
from services_app.rides.queries import NoRules, rules_in_force
from services_app.rides.rule_texts import rule_texts
from services_app.rides.views.blueprint import rides
from services_app.web.access import public
from services_app.web.languages import say, say_text

GROUPS = (
    ("who", ("eligibility", "mobility", "verification")),
    ("how_many", ("quotas", "charged", "price")),
    ("when", ("service", "booking", "horizon", "cancelling", "window_minutes")),
    ("where", ("purposes", "forbidden_purposes", "area")),
    ("how", ("return_modes", "waiting_minutes", "companions", "assistance", "sharing", "proof")),
    ("else", ("other_help",)),
)
"""The rules as people ask about them; what concerns only the office is left out."""
SHORT = ("eligibility", "purposes", "quotas", "booking", "cancelling", "service")
"""What everybody should know, above the details."""


@rides.get("/")
@public
def about() -> str:
    """The programme, its rules in force today as sentences, how to book and how to join."""
    try:
        version, rules = rules_in_force(db.session(), clock.today())
    except NoRules:
        return render_template("rides/about.html", version=None, groups=[], short={})
    said = {text.field: (say_text(text.heading), [say(one) for one in text.sentences]) for text in rule_texts(rules)}
    groups = [(name, [said[field] for field in fields]) for name, fields in GROUPS]
    return render_template(
        "rides/about.html", version=version, groups=groups, short={name: said[name] for name in SHORT}
    )

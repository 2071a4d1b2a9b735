"""What gunicorn and the flask command load."""

from __future__ import annotations

from config import from_environment
from services_app import create_app
from services_app.database import db, refuse_unsafe_database

app = create_app(from_environment())

if not (app.config["DEMO"] or app.config["DATABASE_MAY_FORGET"]):
    with app.app_context():
        refuse_unsafe_database(db.engine)

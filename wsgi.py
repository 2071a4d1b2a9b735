"""What gunicorn and the flask command load."""

from __future__ import annotations

import gc
import os

# Nothing made while the modules load is ever thrown away: looking for waste meanwhile costs a tenth of the start.
gc.disable()

from config import from_environment  # noqa: E402 - after the line above
from services_app import create_app, with_migrations  # noqa: E402 - as above
from services_app.database import db, refuse_unsafe_database  # noqa: E402 - as above

app = create_app(from_environment())
if "SERVES_PAGES" not in os.environ:  # said by gunicorn.conf.py
    with_migrations(app)

if not (app.config["DEMO"] or app.config["DATABASE_MAY_FORGET"]):
    with app.app_context():
        refuse_unsafe_database(db.engine)

# What stands now is there for good; the workers that gunicorn forks from here share it untouched.
gc.freeze()
gc.enable()

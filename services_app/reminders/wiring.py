"""Where the package reminders is plugged into the application."""

from __future__ import annotations

from flask import Flask

from services_app.reminders import cli, jobs
from services_app.reminders.waiting import silence
from services_app.web.waiting import ask_here


def init_app(app: Flask) -> None:
    """The command, and the jobs of the house. Features below add theirs to the same three lists."""
    app.extensions.setdefault("reminder_sources", [])
    app.extensions.setdefault("retention_hooks", [])
    app.extensions.setdefault("jobs", []).extend(
        [
            ("reminders", 60, jobs.queue_reminders),
            ("send_sms", 1, jobs.send_sms),
            ("send_e_mail", 1, jobs.send_e_mail),
            ("sweep", 5, jobs.sweep),
            ("clean_up", "10 3 * * *", jobs.clean_up),
        ]
    )
    ask_here(app, silence, "operator", "coordinator", "administrator", "manager")
    cli.init_app(app)

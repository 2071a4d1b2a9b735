"""Who stops the first start of a demo half way finds it whole at the next one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app.dashboard.demo import coming, told, town
from services_app.residents.models import Resident
from services_app.staff.models import StaffAccount


def test_an_interrupted_demo_is_empty_and_is_filled_at_the_next_start(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["DEMO"] = True
    monkeypatch.setattr(town, "RESIDENTS", 12)
    monkeypatch.setattr(coming, "RIDES", 1)

    def people() -> tuple[int, int]:
        session.rollback()
        staff, residents = (session.scalar(select(func.count()).select_from(kind)) for kind in (StaffAccount, Resident))
        return staff or 0, residents or 0

    def stop(_session: Session, *, now: object) -> None:
        raise KeyboardInterrupt

    session.rollback()
    with monkeypatch.context() as at_the_end:
        at_the_end.setattr(told, "deliver_the_past", stop)
        app.test_cli_runner().invoke(args=["demo", "fill"])
    assert people() == (0, 0)
    assert "The demo town is ready" in app.test_cli_runner().invoke(args=["demo", "fill"]).output
    assert people() == (len(town.STAFF), 12)
    assert "filled already" in app.test_cli_runner().invoke(args=["demo", "fill"]).output

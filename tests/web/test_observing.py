"""The logs: one JSON object a line, in UTC, that cannot be forged, with nothing personal in them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services_app.web.observing import set_up_logging
from tests.factories.residents import make_resident, pesel_of
from tests.factories.staff import make_staff
from tests.page import HOME, Page

PLANTED = ("44051401359", "600999888", "Wszędobylska", "tajne hasło moje", "planted@mopr.example")


@pytest.fixture
def logs(app: Flask, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    set_up_logging("INFO")
    yield
    set_up_logging(str(app.config["LOG_LEVEL"]))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    written = capsys.readouterr().out
    return [json.loads(line) for line in written.splitlines() if line]


@pytest.mark.usefixtures("logs")
def test_each_line_is_json_in_utc(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    app.test_client().get("/mapa-strony", base_url=HOME)
    (entry,) = lines(capsys)
    assert (entry["event"], entry["endpoint"], entry["status"], entry["method"]) == (
        "request",
        "web.site_map",
        200,
        "GET",
    )
    at = datetime.fromisoformat(str(entry["timestamp"]))
    assert at.utcoffset() == timedelta(0)


@pytest.mark.usefixtures("logs")
def test_nothing_typed_anywhere_reaches_the_logs(
    app: Flask, page: Page, session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    resident = make_resident(session, last_name="Wszędobylska", phones=("600 999 888",))
    page.sign_in("staff", make_staff(session, "operator", "administrator").id)
    everything = dict.fromkeys(("who", "e_mail", "password", "code", "q", "pesel", "phone", "last_name"))
    for planted in PLANTED:
        data = dict.fromkeys(everything, planted)
        for path in ("/logowanie", "/pracownicy/logowanie", "/osoby/nowa", f"/osoby/{resident.id}/zmien"):
            page.client.post(path, data=data, base_url=HOME, headers={"User-Agent": planted.encode()})
            page.client.get(
                path,
                query_string=data,
                base_url=HOME,
                headers={"Referer": "https://x/" + "".join(c for c in planted if c.isascii())},
            )
        page.client.get(f"/{planted}", base_url=HOME)
    page.client.get(f"/osoby/{resident.id}", base_url=HOME)
    written = capsys.readouterr()
    text = written.out + written.err
    assert text.count('"event": "request"') > 20
    for planted in (*PLANTED, resident.pesel or "", "600 999 888", "Jadwiga"):
        assert planted not in text
        assert json.dumps(planted)[1:-1] not in text


@pytest.mark.usefixtures("logs")
def test_an_unexpected_error_says_where_and_what_kind_but_no_values(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def breaks() -> str:
        raise ValueError(f"cannot read {PLANTED[0]} of {PLANTED[2]}")

    breaks.access = app.view_functions["web.site_map"].access  # type: ignore[attr-defined,union-attr]  # the mark a decorator leaves
    monkeypatch.setitem(app.view_functions, "web.site_map", breaks)
    assert app.test_client().get("/mapa-strony", base_url=HOME).status_code == 500
    text = capsys.readouterr().out
    assert not any(planted in text for planted in PLANTED)
    entry = next(entry for entry in map(json.loads, text.splitlines()) if entry["event"] == "unexpected")
    assert entry["error"] == "ValueError"
    assert str(entry["place"]).startswith("test_observing.py:")
    assert entry["endpoint"] == "web.site_map"


@pytest.mark.usefixtures("logs")
def test_no_line_can_be_forged(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    import structlog

    structlog.get_logger("test").warning("said", words='a\r\n{"event": "forged", "level": "info"}\u2028x')
    app.test_client().get("/x%0d%0a%7B%22event%22%3A%22forged%22%7D", base_url=HOME)
    app.test_client().open("/", method="GET\tX", base_url=HOME)
    entries = lines(capsys)
    assert [entry["event"] for entry in entries if entry["event"] == "forged"] == []
    assert len(entries) == 3


def test_an_error_of_the_database_names_no_values(session: Session) -> None:
    pesel = pesel_of(datetime(1944, 5, 14).date(), 135)
    make_resident(session, pesel=pesel, last_name="Wszędobylska")
    with pytest.raises(IntegrityError) as caught:
        make_resident(session, pesel=pesel, last_name="Wszędobylska")
    session.rollback()
    assert "Wszędobylska" not in str(caught.value)
    assert pesel not in str(caught.value)


@pytest.mark.usefixtures("logs")
def test_what_libraries_say_has_the_same_shape_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO")  # here: pytest puts handlers of its own in place before each phase
    try:
        raise ValueError(PLANTED[2])
    except ValueError:
        logging.getLogger("apscheduler.scheduler").warning("late\n%s", "twice", exc_info=True)
    (entry,) = lines(capsys)
    assert (entry["logger"], entry["event"], entry["level"]) == ("apscheduler.scheduler", "late\ntwice", "warning")
    assert entry["error"] == "ValueError"
    assert PLANTED[2] not in json.dumps(entry, ensure_ascii=False)


def test_other_libraries_do_not_chatter() -> None:
    for name in ("apscheduler", "urllib3", "alembic", "werkzeug"):
        assert logging.getLogger(name).level == logging.WARNING

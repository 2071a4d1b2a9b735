"""Is it alive, can it work, what does it count: for those who keep it running, and for nobody else."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.page import HOME


def test_alive_needs_no_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "execute", _away)
    response = app.test_client().get("/health/live", base_url=HOME)
    assert (response.status_code, response.get_json()) == (200, {"status": "live"})


def test_ready_asks_the_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    assert client.get("/health/ready", base_url=HOME).get_json() == {"status": "ready"}
    monkeypatch.setattr(Session, "execute", _away)
    response = client.get("/health/ready", base_url=HOME)
    assert (response.status_code, response.get_json()) == (503, {"status": "database away"})


def _away(*_arguments: object, **_named: object) -> None:
    raise OperationalError("SELECT 1", {}, Exception("connection refused"))


@pytest.mark.parametrize("header", [None, "", "Bearer ", "Bearer wrong", "tests", "Basic dGVzdHM=", "Bearer tests "])
def test_without_the_token_there_is_no_such_page(app: Flask, header: str | None) -> None:
    app.config["METRICS_TOKEN"] = "the right one"
    headers = {} if header is None else {"Authorization": header}
    assert app.test_client().get("/metrics", base_url=HOME, headers=headers).status_code == 404


def test_without_a_configured_token_nobody_gets_in(app: Flask) -> None:
    app.config["METRICS_TOKEN"] = ""
    headers = {"Authorization": "Bearer "}
    assert app.test_client().get("/metrics", base_url=HOME, headers=headers).status_code == 404


def test_answers_are_counted_by_route_never_by_address(app: Flask) -> None:
    app.config["METRICS_TOKEN"] = "the right one"
    client = app.test_client()
    client.get("/osoby/12345?q=Kowalska", base_url=HOME)
    client.get("/nie/ma/takiej/44051401359", base_url=HOME)
    text = client.get("/metrics", base_url=HOME, headers={"Authorization": "Bearer the right one"}).text
    assert 'http_requests_total{endpoint="residents.show",method="GET",status="302"}' in text
    assert 'endpoint="none"' in text
    assert "12345" not in text.replace("0.12345", "")
    assert "Kowalska" not in text
    assert "44051401359" not in text


def test_made_up_methods_make_no_new_figures(app: Flask) -> None:
    app.config["METRICS_TOKEN"] = "the right one"
    client = app.test_client()
    for number in range(5):
        client.open("/", method=f"MADEUP{number}", base_url=HOME)
    text = client.get("/metrics", base_url=HOME, headers={"Authorization": "Bearer the right one"}).text
    assert "MADEUP" not in text

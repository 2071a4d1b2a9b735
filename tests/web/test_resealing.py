"""Replacing the key that seals."""

from __future__ import annotations

import base64
import os

import pytest
from flask import Flask
from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.residents.models import Resident
from services_app.sealed import keyring
from services_app.web.resealing import left_with_older_keys, reseal_portion, sealed_columns
from tests.factories.messaging import a_message
from tests.factories.residents import make_resident
from tests.factories.staff import SECRET, make_staff
from tests.settings import LOOKUP_KEY, SEALING_KEYS

NEWER = "newer:" + base64.urlsafe_b64encode(os.urandom(64)).decode()


@pytest.fixture(autouse=True)
def keys_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "sealing", dict(keyring.sealing))
    monkeypatch.setattr(keyring, "lookup", keyring.lookup)


def test_every_sealed_text_is_sealed_anew_and_the_old_key_can_go(app: Flask, session: Session) -> None:
    pesels = {resident.id: resident.pesel for resident in (make_resident(session) for _ in range(5))}
    account = make_staff(session, second_factor=True)
    a_message()
    session.commit()
    keyring.load(f"{NEWER},{SEALING_KEYS}", LOOKUP_KEY)
    before = left_with_older_keys(session)
    assert before["residents.pesel"] == 5
    assert {"staff_accounts.totp_secret", "messages.body", "messages.address"} <= set(before)
    session.rollback()
    said = app.test_cli_runner().invoke(args=["keys", "reseal"])
    assert said.exit_code == 0, said.output
    assert f"Sealed {sum(before.values())} texts" in said.output
    keyring.load(NEWER, LOOKUP_KEY)
    session.expire_all()
    assert left_with_older_keys(session) == {}
    assert dict(session.execute(select(Resident.id, Resident.pesel)).all()) == pesels
    session.refresh(account)
    assert account.totp_secret == SECRET
    assert all(session.scalars(select(Message.body)))
    starts = session.scalars(select(func.substr(type_coerce(Resident.pesel, String), 1, 6)).distinct()).all()
    assert list(starts) == ["newer."]


def test_a_second_time_there_is_nothing_to_do(app: Flask, session: Session) -> None:
    make_resident(session)
    session.commit()
    assert "Sealed 0 texts" in app.test_cli_runner().invoke(args=["keys", "reseal"]).output


def test_without_the_old_key_it_stops_and_changes_nothing(app: Flask, session: Session) -> None:
    resident = make_resident(session)
    pesel = resident.pesel
    session.commit()
    keyring.load(NEWER, LOOKUP_KEY)
    said = app.test_cli_runner().invoke(args=["keys", "reseal"])
    assert said.exit_code != 0
    assert "no key" in said.output
    keyring.load(SEALING_KEYS, LOOKUP_KEY)
    session.expire_all()
    assert resident.pesel == pesel


def test_it_goes_portion_by_portion(session: Session) -> None:
    for _ in range(5):
        make_resident(session)
    session.commit()
    keyring.load(f"{NEWER},{SEALING_KEYS}", LOOKUP_KEY)
    column = next(one for one in sealed_columns() if one.name == "pesel")
    sizes = []
    for _ in range(4):
        with transaction() as own:
            sizes.append(reseal_portion(own, column, size=2))
    assert sizes == [2, 2, 1, 0]


def test_the_walk_knows_every_sealed_column() -> None:
    names = {f"{column.table.name}.{column.name}" for column in sealed_columns()}
    assert {"residents.pesel", "residents.other_document", "residents.gate_code", "messages.spoken"} <= names

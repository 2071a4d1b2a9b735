"""Putting messages into the outbox, taking them back, dealing with them by hand."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services_app import clock as real_clock
from services_app.database import transaction
from services_app.journal.actions import Actor
from services_app.journal.models import JournalEntry
from services_app.messaging import actions, queries
from services_app.messaging.actions import queue_message, withdraw_messages
from services_app.messaging.models import Message, MessageEvent, MessageText
from services_app.messaging.outbox import fail_for_good
from services_app.messaging.shipped import KINDS, LANGUAGES, Text
from services_app.messaging.shipped.kinds import sample_values
from services_app.messaging.terms import Channel, MessageState
from services_app.verdict import Reason
from services_app.wording import N_
from tests.at_once import at_once
from tests.factories.messaging import RIDE_VALUES, a_message, a_recipient, all_messages
from tests.factories.staff import make_staff
from tests.frozen import Clock, warsaw


def queue(saved: Session, key: str) -> bool:
    """A message under this key that is worth a day; whether it was queued."""
    now = real_clock.now()
    return queue_message(
        saved, "ride_confirmed", a_recipient(), RIDE_VALUES, dedupe_key=key, now=now, expires_at=now + timedelta(1)
    )


def test_the_same_key_queues_once(session: Session) -> None:
    for expected in (True, False):
        with transaction() as saved:
            assert queue(saved, "ride:1") is expected
    assert len(all_messages(session)) == 1


def test_a_second_try_inside_one_transaction_spoils_nothing(session: Session) -> None:
    with transaction() as saved:
        for key in ("a", "a", "b"):
            queue(saved, key)
    assert [message.dedupe_key for message in all_messages(session)] == ["a", "b"]


def test_a_very_long_key_is_still_one_key(session: Session) -> None:
    with transaction() as saved:
        for key in ("x" * 300, "x" * 300, "x" * 301):
            queue(saved, key)
    assert len(all_messages(session)) == 2


def test_nothing_is_queued_when_the_deed_is_undone(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as saved:  # noqa: PT012 - the whole deed is undone
        queue(saved, "a")
        1 / 0  # noqa: B018 - the deed fails
    assert all_messages(session) == []


@pytest.mark.parametrize(("kind", "values"), [("ride_confirmed", {"day": date(2026, 11, 26)}), ("no_such_kind", {})])
def test_a_missing_value_is_the_callers_mistake(session: Session, kind: str, values: dict[str, object]) -> None:
    now = real_clock.now()
    with pytest.raises(ValueError, match="lacks"), transaction() as saved:
        queue_message(saved, kind, a_recipient(), values, dedupe_key="a", now=now, expires_at=now + timedelta(1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", list(Channel))
def test_every_kind_can_be_queued(session: Session, language: str, channel: Channel) -> None:
    for kind, spec in KINDS.items():
        address = "janina@poczta.example" if channel is Channel.E_MAIL else "+48600100200"
        somebody = a_recipient(channel=channel, language=language, address=address)
        message = a_message(kind, sample_values(spec), recipient=somebody)
        assert message.body
        assert message.language == language
        assert bool(message.subject) is (channel is Channel.E_MAIL)


def test_a_message_speaks_the_language_of_its_recipient(session: Session) -> None:
    english = a_message(recipient=a_recipient(language="en"))
    unknown = a_message(recipient=a_recipient(language="de"))
    assert "pick-up at home, Thursday 26 November" in english.body
    assert "wyjazd z domu, czwartek 26 listopada" in unknown.body


def test_reasons_become_sentences(session: Session) -> None:
    reasons = [Reason("USED", N_("Limit {limit} jest wykorzystany."), {"limit": 2}), "Zadzwoń."]
    somebody = a_recipient(channel=Channel.E_MAIL)
    message = a_message("ride_refused_later", {**RIDE_VALUES, "reasons": reasons}, recipient=somebody)
    assert "Limit 2 jest wykorzystany.; Zadzwoń." in message.body


def test_a_wicked_name_stays_a_name(session: Session) -> None:
    values = {"who": "Jan\r\nBcc: ktos@evil.example https://evil.example {code}", "what": "zamówiono\nprzejazd"}
    message = a_message("representative_did", values, recipient=a_recipient(channel=Channel.E_MAIL))
    assert "Jan Bcc: ktos@evil. example evil. example (code)" in message.body
    assert "\nBcc" not in message.body
    assert "zamówiono przejazd" in message.body


def test_at_night_an_sms_waits_for_the_morning(session: Session, clock: Clock) -> None:
    now = clock.at("2026-11-23 21:30")
    waiting = a_message(urgent=False)
    urgent = a_message(urgent=True)
    letter = a_message(urgent=False, recipient=a_recipient(channel=Channel.E_MAIL))
    soon = a_message(urgent=False, expires_at=now + timedelta(hours=3))
    assert waiting.due_at == warsaw("2026-11-24 07:00")
    assert urgent.due_at == letter.due_at == soon.due_at == now


def test_a_moved_rides_messages_are_withdrawn_with_calls(session: Session) -> None:
    for channel in (Channel.SMS, Channel.CALL, Channel.E_MAIL):
        a_message("ride_day_before", recipient=a_recipient(channel=channel), subject=("ride", 7))
    other = a_message("ride_day_before", subject=("ride", 8))
    gone = a_message("ride_confirmed", subject=("ride", 7))
    with transaction() as saved:
        saved.get_one(Message, gone.id).state = MessageState.SENT
    with transaction() as saved:
        assert withdraw_messages(saved, ("ride", 7), now=real_clock.now(), because="ride_moved") == 3
    states = {message.id: message.state for message in all_messages(session)}
    assert states[other.id] is MessageState.CREATED
    assert states[gone.id] is MessageState.SENT
    assert list(states.values()).count(MessageState.WITHDRAWN) == 3
    assert session.scalar(select(func.count()).where(MessageEvent.detail == "ride_moved")) == 3


def test_only_the_named_kinds_and_person_are_withdrawn(session: Session) -> None:
    daughter = a_recipient(kind="representative")
    kept = a_message("ride_day_before", subject=("ride", 7))
    a_message("ride_morning", subject=("ride", 7), recipient=daughter)
    with transaction() as saved:
        now = real_clock.now()
        assert withdraw_messages(saved, ("ride", 7), now=now, because="x", kinds=["ride_confirmed"]) == 0
        assert (
            withdraw_messages(saved, ("ride", 7), now=now, because="x", recipient=("representative", daughter.id)) == 1
        )
    assert [message.state for message in all_messages(session)] == [MessageState.CREATED, MessageState.WITHDRAWN]
    assert all_messages(session)[0].id == kept.id


def test_somebody_told_by_phone_leaves_the_list(session: Session) -> None:
    by = Actor("staff", make_staff(session, "operator").id)
    call = a_message(recipient=a_recipient(channel=Channel.CALL), resident_id=5)
    now = real_clock.now()
    for expected in (True, False):
        with transaction() as saved:
            assert actions.mark_told(saved, call.id, by=by, now=now) is expected
    session.rollback()
    told = session.get_one(Message, call.id)
    assert (told.state, told.told_by_id) == (MessageState.DELIVERED, by.id)
    assert queries.open_call_count(session, now=now) == 0
    entry = session.scalars(select(JournalEntry).where(JournalEntry.deed == "call_told")).one()
    assert (entry.resident_id, entry.subject_id) == (5, str(call.id))


@pytest.mark.parametrize(
    ("ends", "last"), [("2026-11-23 15:00", "2026-11-23 14:00"), ("2026-11-23 22:00", "2026-11-23 20:00")]
)
def test_who_does_not_answer_comes_back_later(session: Session, clock: Clock, ends: str, last: str) -> None:
    now, too_late = warsaw("2026-11-23 12:00"), warsaw(last)
    clock.at(now)
    by, a_minute_before = Actor("staff", make_staff(session).id), too_late - timedelta(minutes=1)
    call = a_message(recipient=a_recipient(channel=Channel.CALL), expires_at=warsaw(ends))
    with transaction() as saved:
        assert actions.mark_not_answered(saved, call.id, a_minute_before, by=by, now=now).allowed
    with transaction() as saved:
        late = actions.mark_not_answered(saved, call.id, too_late, by=by, now=now)
    assert late.codes == ("CALL_LATE",)
    assert late.reasons[0].values == {"last": too_late}
    again = all_messages(session)[0]
    assert (again.due_at, again.attempts, again.failure) == (a_minute_before, 1, "no_answer")
    assert queries.open_calls(session, now=now)[0].id == call.id


def test_what_was_said_in_the_talk_is_a_call_made_and_nothing_in_writing(session: Session) -> None:
    by = Actor("staff", make_staff(session).id)
    now = real_clock.now()
    long_key = "ride:" + "x" * 200
    a_message(recipient=a_recipient(channel=Channel.CALL), dedupe_key="spoken")
    a_message(recipient=a_recipient(channel=Channel.SMS), dedupe_key="written")
    with transaction() as saved:
        queue_message(
            saved, "ride_confirmed", a_recipient(channel=Channel.CALL), RIDE_VALUES, dedupe_key=long_key, now=now,
            expires_at=now + timedelta(1),
        )  # fmt: skip
    with transaction() as saved:
        told = [
            actions.told_in_the_talk(saved, key, by=by, now=now) for key in ("spoken", long_key, "written", "unknown")
        ]
    assert told == [True, True, False, False]
    states = [(message.state, message.told_by_id) for message in all_messages(session)]
    heard = (MessageState.DELIVERED, by.id)
    assert states == [heard, (MessageState.CREATED, None), heard]


def test_a_failed_message_can_have_another_round_instead_of_a_call(session: Session) -> None:
    by = Actor("staff", make_staff(session).id)
    now = real_clock.now()
    message = a_message()
    for _round in range(2):
        with transaction() as saved:
            fail_for_good(saved, saved.get_one(Message, message.id), "smsapi_13", now=now)
        assert queries.open_call_count(session, now=now) == 1
        assert queries.failed_count(session, now=now) == 1
        with transaction() as saved:
            assert actions.send_again(saved, message.id, by=by, now=now).allowed
        assert queries.failed_count(session, now=now) == 0
        assert queries.open_call_count(session, now=now) == 1, "until the provider has it, somebody may still call"
    with transaction() as saved:
        assert actions.send_again(saved, message.id, by=by, now=now).codes == ("NOT_FAILED",)


@pytest.mark.parametrize(
    ("clicked", "due"),
    [
        ("2026-11-23 19:59", "2026-11-23 19:59"), ("2026-11-23 20:00", "2026-11-24 07:00"),
        ("2026-11-24 06:59", "2026-11-24 07:00"), ("2026-11-24 07:00", "2026-11-24 07:00"),
    ],
)  # fmt: skip
def test_another_round_wakes_nobody(session: Session, clicked: str, due: str) -> None:
    by, now = Actor("staff", make_staff(session).id), warsaw(clicked)
    message = a_message(now=warsaw("2026-11-23 12:00"), urgent=False, expires_at=warsaw("2026-11-25 12:00"))
    with transaction() as saved:
        fail_for_good(saved, saved.get_one(Message, message.id), "smsapi_13", now=now)
    with transaction() as saved:
        assert actions.send_again(saved, message.id, by=by, now=now).allowed
    assert all_messages(session)[0].due_at == warsaw(due)


@pytest.mark.parametrize("subject", [None, ("ride", 7)])
def test_a_secret_that_could_not_be_forgotten_is_the_callers_mistake(
    session: Session, subject: tuple[str, int] | None
) -> None:
    now = real_clock.now()
    with pytest.raises(ValueError, match="could not be forgotten"), transaction() as saved:
        queue_message(
            saved, "sign_in_code", a_recipient(), {"code": "123456", "minutes": 10}, dedupe_key="a", now=now,
            expires_at=now + timedelta(1), subject=subject,
        )  # fmt: skip


def test_words_of_ended_secrets_are_forgotten_in_portions_and_each_once(session: Session) -> None:
    now = real_clock.now()
    for seconds in (-3, -2, -1, 0):
        a_message("sign_in_code", {"code": "123456"}, expires_at=now + timedelta(seconds=seconds))
    a_message(expires_at=now - timedelta(days=9), subject=("ride", 1))
    portions = []
    for _night in range(4):
        with transaction() as saved:
            portions.append(actions.forget_secrets(saved, now=now, most=2))
    assert portions == [2, 1, 0, 0]
    assert [bool(message.body) for message in all_messages(session)] == [False, False, False, True, True]


def test_once_told_by_phone_it_is_not_sent_again(session: Session) -> None:
    by = Actor("staff", make_staff(session).id)
    now = real_clock.now()
    message = a_message()
    with transaction() as saved:
        fail_for_good(saved, saved.get_one(Message, message.id), "smsapi_13", now=now)
    with transaction() as saved:
        actions.mark_told(saved, queries.open_calls(saved, now=now)[0].id, by=by, now=now)
    with transaction() as saved:
        assert actions.send_again(saved, message.id, by=by, now=now).codes == ("CALL_DONE",)


def test_staff_change_a_wording_and_go_back(session: Session) -> None:
    by, now = Actor("staff", make_staff(session).id), real_clock.now()
    key = ("ride_confirmed", Channel.SMS, "pl")
    with transaction() as saved:
        assert actions.write_text(saved, *key, Text("{sender}: jedziemy {hour}"), by=by, now=now).allowed
    assert a_message().body == "MOPR: jedziemy 9:10"
    with transaction() as saved:
        assert not actions.write_text(saved, *key, Text("{wrong}"), by=by, now=now).allowed
    with transaction() as saved:
        assert actions.restore_shipped_text(saved, *key, by=by, now=now)
    assert "wyjazd z domu" in a_message().body
    with transaction() as saved:
        assert not actions.restore_shipped_text(saved, *key, by=by, now=now)


def test_two_who_write_the_first_wording_at_once_both_come_through(app: Flask, session: Session) -> None:
    by, now = Actor("staff", make_staff(session).id), real_clock.now()
    session.commit()

    def deed(body: str) -> bool:
        with transaction() as saved:
            return actions.write_text(saved, "ride_confirmed", Channel.SMS, "pl", Text(body), by=by, now=now).allowed

    bodies = [f"{{sender}}: jedziemy {{hour}} {number}" for number in range(4)]
    assert at_once(app, [partial(deed, body) for body in bodies]) == [True] * 4
    session.rollback()
    assert session.scalars(select(MessageText)).one().body in bodies


def test_the_journal_never_holds_words_of_a_message(session: Session) -> None:
    by = Actor("staff", make_staff(session).id)
    with transaction() as saved:
        text = Text("{sender}: tajemnica {hour}")
        actions.write_text(saved, "ride_confirmed", Channel.SMS, "pl", text, by=by, now=real_clock.now())
    entries = session.scalars(select(JournalEntry)).all()
    assert entries
    assert all("tajemnica" not in str(entry.details) for entry in entries)


def test_ukrainian_in_latin_letters_is_a_setting(app: Flask, session: Session) -> None:
    values = {**RIDE_VALUES, "cancel_until": warsaw("2026-11-25 14:00")}
    assert a_message(values=values, recipient=a_recipient(language="uk")).parts == 2
    app.config["SMS_ROMANISE_UKRAINIAN"] = True
    romanised = a_message(values=values, recipient=a_recipient(language="uk"))
    assert romanised.parts == 1
    assert romanised.body.isascii()


def test_a_time_and_a_moment_both_read_as_an_hour(session: Session) -> None:
    by_time = a_message(values={**RIDE_VALUES, "hour": time(14, 5)})
    by_moment = a_message(values={**RIDE_VALUES, "hour": warsaw("2026-11-26 14:05")})
    assert by_time.body == by_moment.body
    assert "14:05" in by_time.body

"""Claims, results, the sweep: what each state becomes, and that nobody's late word undoes it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as real_clock
from services_app.database import transaction
from services_app.messaging import outbox, queries
from services_app.messaging.actions import withdraw_messages
from services_app.messaging.channels import Outcome, Outgoing, Result
from services_app.messaging.models import Message, MessageEvent
from services_app.messaging.policy.sending import TRIES
from services_app.messaging.terms import Channel, MessageState
from tests.factories.messaging import a_message, a_recipient, all_messages
from tests.frozen import warsaw

ACCEPTED = Result(Outcome.ACCEPTED, provider_id="P1")
LATER = Result(Outcome.TRY_LATER, reason="timeout")
REFUSED = Result(Outcome.REFUSED, reason="smsapi_13")


def claimed(now: datetime, lease: str = "mine", *, channel: Channel = Channel.SMS, limit: int = 10) -> list[Outgoing]:
    """A claim in a transaction of its own."""
    with transaction() as session:
        return outbox.claim(session, channel, lease, now=now, leased_until=now + timedelta(seconds=60), limit=limit)


def saved(message_id: int, result: Result, now: datetime, lease: str = "mine") -> Message:
    """What a result makes of a message."""
    with transaction() as session:
        outbox.save_results(session, [(message_id, result)], lease, now=now)
        return session.get_one(Message, message_id)


def test_a_claim_takes_what_is_due_urgent_first_and_once(session: Session) -> None:
    now = warsaw("2026-11-23 12:00")
    plain, urgent = a_message(urgent=False, due_at=now - timedelta(hours=1), now=now), a_message(urgent=True, now=now)
    a_message(due_at=now + timedelta(seconds=1), now=now)
    a_message(expires_at=now, now=now)
    a_message(recipient=a_recipient(channel=Channel.E_MAIL), now=now)
    with transaction() as prepared:
        prepared.get_one(Message, plain.id).due_at = now - timedelta(hours=1)
    assert [message.id for message in claimed(now)] == [urgent.id, plain.id]
    assert claimed(now, "other") == []
    assert {message.state for message in all_messages(session)[:2]} == {MessageState.SENDING}


def test_a_claim_keeps_to_its_limit(session: Session) -> None:
    now = real_clock.now()
    for _number in range(3):
        a_message(now=now)
    assert [len(claimed(now, str(number), limit=2)) for number in range(3)] == [2, 1, 0]


def test_a_key_stays_the_same_and_is_nobody_elses(session: Session) -> None:
    now = real_clock.now()
    first, second = a_message(now=now), a_message(now=now)
    keys = {message.id: message.key for message in claimed(now)}
    assert keys[first.id] == outbox.key_of(first.id, first.dedupe_key, first.created_at)
    assert len(set(keys.values())) == 2
    assert outbox.id_in(keys[second.id]) == second.id
    assert keys[first.id].isalnum()
    assert outbox.key_of(1, "a", now) != outbox.key_of(1, "a", now + timedelta(seconds=1))


def test_an_accepted_message_is_sent(session: Session) -> None:
    now = real_clock.now()
    message = a_message(now=now)
    claimed(now)
    after = saved(message.id, ACCEPTED, now)
    assert (after.state, after.provider_id, after.sent_at, after.lease) == (MessageState.SENT, "P1", now, None)


def test_a_failed_attempt_waits_longer_each_time_and_ends_with_a_call(session: Session) -> None:
    now = real_clock.now()
    message = a_message(now=now, expires_at=now + timedelta(days=3))
    waits = []
    for _attempt in range(TRIES):
        assert claimed(now), "was due"
        after = saved(message.id, LATER, now)
        if after.state is not MessageState.TEMPORARY_FAILURE:
            break
        waits.append(after.due_at - now)
        now = after.due_at
    assert len(waits) == TRIES - 1
    assert waits == sorted(waits)
    calls = queries.open_calls(session, now=now)
    assert [call.dedupe_key for call in calls] == [f"call:{message.id}"]
    assert calls[0].body.startswith("Dzień dobry. Przejazd jest zamówiony: czwartek 26 listopada.")
    assert all_messages(session)[0].state is MessageState.PERMANENT_FAILURE


def test_a_person_is_asked_while_there_is_still_time(session: Session) -> None:
    now = real_clock.now()
    message = a_message(now=now, expires_at=now + timedelta(seconds=29))
    claimed(now)
    assert saved(message.id, LATER, now).state is MessageState.PERMANENT_FAILURE
    assert queries.open_call_count(session, now=now) == 1


@pytest.mark.parametrize("quiet_from", [0, 20])
def test_a_retry_keeps_the_quiet_hours(app: Flask, session: Session, quiet_from: int) -> None:
    app.config.update(QUIET_FROM_HOUR=quiet_from, QUIET_UNTIL_HOUR=0 if quiet_from == 0 else 7)
    now = warsaw("2026-11-23 19:59:45")
    message = a_message(now=now, urgent=False, expires_at=now + timedelta(days=1))
    claimed(now)
    expected = now + timedelta(seconds=30) if quiet_from == 0 else warsaw("2026-11-24 07:00")
    assert saved(message.id, LATER, now).due_at == expected


def found_by_senders(now: datetime) -> bool:
    """Whether a claim at that moment takes anything, and the look before it says the same."""
    with transaction() as session:
        due = outbox.anything_due(session, Channel.SMS, now=now)
    taken = bool(claimed(now, f"at {now}"))
    assert due is taken, "a look that finds what no claim takes would wake the senders every second"
    return taken


@pytest.mark.parametrize(
    ("due", "looked_at", "taken"),
    [
        ("2026-11-23 19:30", "2026-11-23 19:59:59", True),
        ("2026-11-23 19:30", "2026-11-23 20:00", False),
        ("2026-11-23 19:30", "2026-11-24 02:00", False),
        ("2026-11-23 19:30", "2026-11-24 06:59:59", False),
        ("2026-11-23 19:30", "2026-11-24 07:00", True),
        # the night of 25 hours, 2:30 for the first and the second time, and that of 23
        ("2026-10-24 19:30", "2026-10-25 02:30", False),
        ("2026-10-24 19:30", "2026-10-25 06:59:59", False),
        ("2026-10-24 19:30", "2026-10-25 07:00", True),
        ("2027-03-27 19:30", "2027-03-28 06:59:59", False),
        ("2027-03-27 19:30", "2027-03-28 07:00", True),
    ],
)
def test_senders_back_in_the_night_wake_nobody(session: Session, due: str, looked_at: str, taken: bool) -> None:
    at = warsaw(due)
    waiting = a_message(now=at, urgent=False, expires_at=at + timedelta(days=1))
    assert waiting.due_at == at
    assert found_by_senders(warsaw(looked_at)) is taken


def test_the_hour_that_comes_twice_is_quiet_both_times(session: Session) -> None:
    evening, first = warsaw("2026-10-24 19:30"), warsaw("2026-10-25 02:30")
    a_message(now=evening, urgent=False, expires_at=evening + timedelta(days=1))
    assert not found_by_senders(first)
    assert not found_by_senders(first + timedelta(hours=1))


def test_in_the_night_go_what_is_urgent_letters_and_what_would_be_too_late_by_morning(session: Session) -> None:
    evening, night = warsaw("2026-11-23 19:30"), warsaw("2026-11-24 02:00")
    morning = warsaw("2026-11-24 07:00")
    urgent = a_message(now=evening, urgent=True)
    a_message(now=evening, urgent=False, expires_at=morning + timedelta(seconds=1))
    soon = a_message(now=evening, urgent=False, expires_at=morning)
    letter = a_message(now=evening, urgent=False, recipient=a_recipient(channel=Channel.E_MAIL))
    assert [message.id for message in claimed(night)] == [urgent.id, soon.id]
    assert [message.id for message in claimed(night, channel=Channel.E_MAIL)] == [letter.id]


def test_without_quiet_hours_nothing_waits(app: Flask, session: Session) -> None:
    app.config.update(QUIET_FROM_HOUR=7, QUIET_UNTIL_HOUR=7)
    evening = warsaw("2026-11-23 19:30")
    a_message(now=evening, urgent=False)
    assert found_by_senders(warsaw("2026-11-24 02:00"))


@pytest.mark.parametrize(
    ("swept", "due"),
    [
        ("2026-11-23 19:59:59", "2026-11-23 19:59:59"),
        ("2026-11-23 20:00", "2026-11-24 07:00"),
        ("2026-11-24 06:59:59", "2026-11-24 07:00"),
        ("2026-11-24 07:00", "2026-11-24 07:00"),
    ],
)
def test_what_the_dead_were_holding_keeps_the_quiet_hours_too(session: Session, swept: str, due: str) -> None:
    at = warsaw("2026-11-23 19:30")
    a_message(now=at, urgent=False)
    claimed(at)
    with transaction() as deed:
        assert outbox.sweep(deed, now=warsaw(swept)) == 1
    after = all_messages(session)[0]
    assert (after.state, after.due_at) == (MessageState.TEMPORARY_FAILURE, warsaw(due))


@pytest.mark.parametrize(("attempted", "repeated"), [("11:00:00", True), ("10:59:59", False)])
def test_a_repetition_put_off_until_morning_must_still_be_known_to_the_provider_then(
    session: Session, attempted: str, repeated: bool
) -> None:
    at = warsaw(f"2026-11-23 {attempted}")
    a_message(now=at - timedelta(seconds=60), urgent=False, expires_at=at + timedelta(days=3))
    claimed(at - timedelta(seconds=60))
    with transaction() as deed:
        outbox.sweep(deed, now=warsaw("2026-11-24 02:00"))
    after = all_messages(session)[0]
    assert (after.state is MessageState.TEMPORARY_FAILURE) is repeated
    assert queries.open_call_count(session, now=warsaw("2026-11-24 02:00")) == (0 if repeated else 1)


def test_a_final_refusal_asks_for_one_call(session: Session) -> None:
    now = real_clock.now()
    message = a_message(now=now, subject=("ride", 3), resident_id=9)
    claimed(now)
    assert saved(message.id, REFUSED, now).failure == "smsapi_13"
    saved(message.id, REFUSED, now)
    calls = queries.open_calls(session, now=now)
    assert len(calls) == 1
    assert (calls[0].address, calls[0].subject_id, calls[0].resident_id) == (message.address, 3, 9)


def test_a_code_to_sign_in_is_never_read_out_by_phone(session: Session) -> None:
    now = real_clock.now()
    message = a_message("sign_in_code", {"code": "123456"}, now=now)
    claimed(now)
    saved(message.id, REFUSED, now)
    assert queries.open_call_count(session, now=now) == 0


def test_a_letter_that_failed_becomes_a_call_to_the_persons_phone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(queries.phone_finders, "resident", lambda _session, _id: "+48413676000")
    now = real_clock.now()
    message = a_message(now=now, recipient=a_recipient(channel=Channel.E_MAIL))
    claimed(now, channel=Channel.E_MAIL)
    saved(message.id, Result(Outcome.REFUSED, reason="smtp_550"), now)
    assert queries.open_calls(session, now=now)[0].address == "+48413676000"


def test_another_senders_result_changes_nothing(session: Session) -> None:
    now = real_clock.now()
    message = a_message(now=now)
    claimed(now, "mine")
    assert saved(message.id, LATER, now, lease="not mine").state is MessageState.SENDING


def test_a_withdrawn_message_that_went_out_stays_withdrawn_and_says_so(session: Session) -> None:
    now = real_clock.now()
    message = a_message(now=now, subject=("ride", 1))
    mine = claimed(now)
    with transaction() as deed:
        withdraw_messages(deed, ("ride", 1), now=now, because="ride_moved")
    with transaction() as look:
        assert outbox.still_to_send(look, mine, "mine") == set()
    after = saved(message.id, ACCEPTED, now)
    assert (after.state, after.sent_at) == (MessageState.WITHDRAWN, now)
    details = session.scalars(select(MessageEvent.detail).order_by(MessageEvent.id)).all()
    assert details == ["ride_moved", "was_already_on_its_way"]


def test_what_was_not_tried_is_given_back_without_costing_an_attempt(session: Session) -> None:
    now = real_clock.now()
    a_message(now=now)
    mine = claimed(now)
    with transaction() as deed:
        outbox.release(deed, mine, "mine")
    back = all_messages(session)[0]
    assert (back.state, back.attempts, back.lease) == (MessageState.CREATED, 0, None)
    assert len(claimed(now, "other")) == 1


def test_the_sweep_gives_back_what_the_dead_were_holding(session: Session) -> None:
    now = real_clock.now()
    a_message(now=now)
    claimed(now)
    for seconds, touched in ((60, 0), (61, 1)):
        with transaction() as deed:
            assert outbox.sweep(deed, now=now + timedelta(seconds=seconds)) == touched
    assert all_messages(session)[0].state is MessageState.TEMPORARY_FAILURE
    assert len(claimed(now + timedelta(seconds=61), "other")) == 1


def test_an_sms_nobody_knows_about_for_a_day_is_not_risked_twice(session: Session) -> None:
    now = real_clock.now()
    a_message(now=now, expires_at=now + timedelta(days=5))
    a_message(now=now, expires_at=now + timedelta(days=5), recipient=a_recipient(channel=Channel.E_MAIL))
    claimed(now)
    claimed(now, channel=Channel.E_MAIL)
    later = now + timedelta(hours=21)
    with transaction() as deed:
        outbox.sweep(deed, now=later)
    sms, letter, call = all_messages(session)
    assert (sms.state, sms.failure) == (MessageState.PERMANENT_FAILURE, "outcome_unknown")
    assert letter.state is MessageState.TEMPORARY_FAILURE
    assert (call.channel, call.dedupe_key) == (Channel.CALL, f"call:{sms.id}")


def test_the_sweep_ends_what_came_too_late_calls_too(session: Session) -> None:
    now = real_clock.now()
    a_message(now=now, expires_at=now + timedelta(hours=1))
    a_message(now=now, expires_at=now + timedelta(hours=1), recipient=a_recipient(channel=Channel.CALL))
    kept = a_message(now=now, expires_at=now + timedelta(hours=1, seconds=1))
    with transaction() as deed:
        assert outbox.sweep(deed, now=now + timedelta(hours=1)) == 2
    states = {message.id: message.state for message in all_messages(session)}
    assert states.pop(kept.id) is MessageState.CREATED
    assert set(states.values()) == {MessageState.EXPIRED}


def test_addresses_and_words_are_sealed_in_the_database(session: Session) -> None:
    message = a_message(recipient=a_recipient(name="Janina Testowa", address="+48600999888"))
    session.commit()
    from sqlalchemy import text

    row = session.execute(
        text("SELECT address, body, recipient_name, spoken FROM messages WHERE id = :id"), {"id": message.id}
    ).one()
    assert not any("600999888" in part or "Janina" in part or "wyjazd" in part.lower() for part in row)

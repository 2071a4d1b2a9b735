"""A ride that was not made: what was noted is told, whether it counts, and how to object."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.database import transaction
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel, MessageState
from services_app.rides.actions import assign_as_planned, excuse, mark_missed, mark_no_show, set_out
from services_app.rides.policy import RideRules
from services_app.rides.shipped_rules import KIELCE_2024
from services_app.rides.terms import RideResult
from tests.at_once import at_once
from tests.factories.fleet import make_shift
from tests.factories.residents import let_represent, make_representative
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules
from tests.rides.one_ride import AFTER_THE_WAIT, DAYTIME, messages, stored

KIND = replace(KIELCE_2024, charged=frozenset({RideResult.DONE, RideResult.BOOKED}))
"""Rules that count no absence."""


def on_the_way(
    session: Session, rules: RideRules = KIELCE_2024, *, phones: tuple[str, ...] = ("600 100 200",), relative: bool = False,
    language: str = "pl",
) -> int:  # fmt: skip
    """A ride whose car is on its way."""
    rider = make_rider(session, make_rules(session, rules), phones=phones, language=language)
    if relative:
        let_represent(session, make_representative(session, now=NOW), rider, now=NOW)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride_id = booked_ride(writing, rider).id
    with transaction() as writing:
        assign_as_planned(writing, RIDE_ON, by=OPERATOR, now=NOW)
        assert set_out(writing, ride_id, by=OPERATOR, now=DAYTIME).allowed
    return ride_id


def absent(ride_id: int, *, now: datetime = AFTER_THE_WAIT) -> None:
    with transaction() as writing:
        assert mark_no_show(writing, ride_id, "nikt nie otwiera", by=OPERATOR, now=now).allowed


def told(session: Session, kind: str = "ride_no_show") -> list[Message]:
    return [each for each in messages(session, kind=kind) if each.state is not MessageState.WITHDRAWN]


@pytest.mark.parametrize(
    ("rules", "counts", "left"),
    [
        (KIELCE_2024, "Ten przejazd liczy się do limitu.", "0 w tym miesiącu, 7 w tym roku"),
        (KIND, "Ten przejazd nie liczy się do limitu.", "1 w tym miesiącu, 8 w tym roku"),
    ],
)
def test_an_absence_is_told_with_whether_it_counts_and_whom_to_call(
    session: Session, rules: RideRules, counts: str, left: str
) -> None:
    absent(on_the_way(session, rules))
    (message,) = told(session)
    assert message.body.startswith("MOPR: kierowca nikogo nie zastal: wtorek 23 czerwca, 9:25.")
    assert "Jesli to pomylka, zadzwon" in message.body
    assert message.spoken is not None
    assert counts in message.spoken
    assert left in message.spoken
    assert not message.urgent


def test_an_absence_that_was_excused_and_turns_out_ours_is_told_to_relatives_as_ours(session: Session) -> None:
    ride_id = on_the_way(session, relative=True)
    absent(ride_id)
    with transaction() as writing:
        assert excuse(writing, ride_id, "szpital", by=OPERATOR, now=AFTER_THE_WAIT).allowed
    with transaction() as writing:
        assert mark_missed(writing, ride_id, "pomylony adres", by=OPERATOR, now=AFTER_THE_WAIT).allowed
    notice = told(session, "relative_notice")[-1]
    assert "z naszej winy" in notice.body
    assert "wyjaśniona" not in notice.body
    assert "wyjasniona" not in notice.body


def test_a_ride_we_missed_is_told_with_an_apology_and_never_counts(session: Session) -> None:
    ride_id = on_the_way(session)
    with transaction() as writing:
        assert mark_missed(writing, ride_id, "awaria", by=OPERATOR, now=AFTER_THE_WAIT).allowed
    (message,) = told(session, "ride_missed")
    assert "nie odbyl sie z naszej winy. Limit bez zmian." in message.body
    assert message.spoken is not None
    assert "1 w tym miesiącu, 8 w tym roku" in message.spoken
    assert told(session) == []


def test_a_land_line_hears_it_from_the_call_list(session: Session) -> None:
    absent(on_the_way(session, phones=("41 331 25 24",)))
    (message,) = told(session)
    assert message.channel is Channel.CALL
    assert "Ten przejazd liczy się do limitu." in message.body


@pytest.mark.parametrize(
    ("language", "words"), [("en", "the driver found nobody there"), ("uk", "водій нікого не застав")]
)
def test_it_is_told_in_the_passengers_language(session: Session, language: str, words: str) -> None:
    absent(on_the_way(session, KIND, language=language))
    (message,) = told(session)
    assert words in message.body


@pytest.mark.parametrize(("at", "due"), [(time(19, 59), time(19, 59)), (time(20), time(7)), (time(22), time(7))])
def test_it_wakes_nobody_and_is_not_lost_over_night(session: Session, at: time, due: time) -> None:
    absent(on_the_way(session), now=moment_at(RIDE_ON, at))
    (message,) = told(session)
    on = RIDE_ON if due == at else RIDE_ON + timedelta(days=1)
    assert message.due_at == moment_at(on, due)
    assert message.expires_at > message.due_at + timedelta(days=1)


def test_a_result_put_right_in_the_same_action_is_told_once_and_rightly(session: Session) -> None:
    ride_id = on_the_way(session)
    with transaction() as writing:
        assert mark_no_show(writing, ride_id, "nikt nie otwiera", by=OPERATOR, now=AFTER_THE_WAIT).allowed
        assert mark_missed(writing, ride_id, "zły adres", by=OPERATOR, now=AFTER_THE_WAIT).allowed
    assert [each.kind for each in messages(session) if each.state is MessageState.CREATED] == ["ride_missed"]


def test_whoever_is_judged_twice_and_back_reads_the_last_word(session: Session) -> None:
    ride_id = on_the_way(session)
    with transaction() as writing:
        for deed in (mark_no_show, mark_missed, mark_no_show):
            assert deed(writing, ride_id, "nie wiadomo", by=OPERATOR, now=AFTER_THE_WAIT).allowed
    assert [each.kind for each in messages(session) if each.state is MessageState.CREATED] == ["ride_no_show"]


def test_an_absence_excused_before_it_was_told_is_not_told(session: Session) -> None:
    ride_id = on_the_way(session)
    absent(ride_id)
    with transaction() as writing:
        assert excuse(writing, ride_id, "szpital", by=OPERATOR, now=AFTER_THE_WAIT).allowed
    assert told(session) == []


@pytest.mark.parametrize(("rules", "again"), [(KIELCE_2024, True), (KIND, False)])
def test_an_absence_excused_after_it_was_told_is_put_right_where_it_counted(
    session: Session, rules: RideRules, again: bool
) -> None:
    ride_id = on_the_way(session, rules)
    absent(ride_id)
    (first,) = told(session)
    first.state = MessageState.SENT
    session.commit()
    with transaction() as writing:
        assert excuse(writing, ride_id, "szpital", by=OPERATOR, now=AFTER_THE_WAIT + timedelta(hours=2)).allowed
    later = [each.body for each in told(session)[1:]]
    assert [("nie liczy sie do limitu" in each) for each in later] == ([True] if again else [])


def test_a_relative_who_wants_to_know_hears_that_nobody_was_there(session: Session) -> None:
    absent(on_the_way(session, relative=True))
    notice = messages(session, kind="relative_notice")[-1]
    assert "kierowca nikogo nie zastal" in notice.body


def test_an_absence_noted_twice_at_once_is_told_once(app: Flask, session: Session) -> None:
    ride_id = on_the_way(session)

    def deed() -> tuple[str, ...]:
        with transaction() as writing:
            return mark_no_show(writing, ride_id, "nikt nie otwiera", by=OPERATOR, now=AFTER_THE_WAIT).codes

    answers = at_once(app, [deed] * 2)
    assert sorted(answers) == [(), ("NOT_NOW",)], answers
    assert len(told(session)) == 1
    assert stored(session, ride_id).charged_legs == 2

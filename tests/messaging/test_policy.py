"""What fits in an SMS, what a text becomes, when a message may go out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_app.messaging.policy import sms
from services_app.messaging.policy.filling import fill, harmless, is_well_formed, places_of, spoken_values
from services_app.messaging.policy.sending import (
    TRIES,
    after_quiet_hours,
    best_called_before,
    call_due_at,
    is_quiet,
    may_become,
    may_try_again,
    outcome_forgotten,
    wait_after,
)
from services_app.messaging.policy.texts import sms_body, spoken_samples, text_verdict
from services_app.messaging.shipped import KINDS, Text
from services_app.messaging.shipped.kinds import sample_values
from services_app.messaging.terms import FINISHED, Channel, MessageState
from services_app.workdays import OpenHours
from tests.frozen import warsaw


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2), ("ж" * 70, 1), ("ж" * 71, 2),
        ("ж" * 134, 2), ("ж" * 135, 3), ("ą" + "a" * 69, 1), ("ą" + "a" * 70, 2), ("", 1),
    ],
)  # fmt: skip
def test_parts_are_counted_as_the_network_bills_them(text: str, parts: int) -> None:
    assert sms.parts(text) == parts


def test_a_pair_of_units_is_not_torn_apart() -> None:
    assert sms.parts("ж" * 66 + "😀" + "ж" * 3) == 2
    assert sms.parts("ж" * 66 + "😀" + "ж" * 66) == 3  # 134 units, but the pair moves to the second part


def test_polish_marks_and_typographic_signs_are_taken_off() -> None:
    assert sms.as_sms("„Zażółć gęślą jaźń” – tak…", "pl") == '"Zazolc gesla jazn" - tak...'
    assert sms.is_gsm(sms.as_sms("ĄĆĘŁŃÓŚŹŻąćęłńóśźż", "pl"))


def test_ukrainian_stays_cyrillic_unless_wanted_otherwise() -> None:
    assert sms.as_sms("Їжа", "uk") == "Їжа"
    assert (
        sms.as_sms("Згорани, Єнакієве, Щербак, п'ять", "uk", romanise=True) == "Zghorany, Yenakiieve, Shcherbak, pyat"
    )


def test_a_part_in_brackets_goes_with_its_value() -> None:
    assert fill("{hour}.[ Powrót {return_hour}.]", {"hour": "9:10", "return_hour": "11:00"}) == "9:10. Powrót 11:00."
    assert fill("{hour}.[ Powrót {return_hour}.]", {"hour": "9:10"}) == "9:10."


def test_a_value_is_never_read_as_a_place() -> None:
    spoken = spoken_values({"first_name": "{code}", "code": "123456"}, "pl", frozenset())
    assert fill("{first_name}", spoken) == "(code)"


@pytest.mark.parametrize(
    "name", ["Anna\r\nBcc: zla@evil.example", "Anna\u2028Nowak", "Anna\x00\x1bNowak", "Anna\u202eNowak"]
)
def test_a_name_cannot_split_a_text(name: str) -> None:
    clean = harmless(name)
    assert clean.isprintable()
    assert "\n" not in clean


@pytest.mark.parametrize(
    "name", ["https://evil.example/x", "evil.example", "HTTP://EVIL.EXAMPLE", "www.evil.example/a"]
)
def test_a_name_cannot_become_a_link(name: str) -> None:
    clean = harmless(name)
    assert "://" not in clean
    assert "evil.example" not in clean.lower()


def test_ordinary_names_and_addresses_stay_as_they_are() -> None:
    for plain in (
        "Maria Skłodowska-Curie",
        "ul. Zagórska 12 m. 3",
        "św. Jana 5A",
        "Poradnia nr 3",
        "9:10",
        "514 643 274",
    ):
        assert harmless(plain) == plain


def test_a_link_of_our_own_stays_whole() -> None:
    link = "https://uslugi.example/zaproszenie/abc"
    assert spoken_values({"link": link}, "pl", frozenset({"link"}))["link"] == link


def test_values_are_put_into_words_of_the_language() -> None:
    values = {"day": date(2026, 11, 26), "hour": warsaw("2026-11-26 09:05"), "cancel_until": warsaw("2026-11-25 14:00")}
    assert spoken_values(values, "pl", frozenset()) == {
        "day": "czwartek 26 listopada", "hour": "9:05", "cancel_until": "do środy 25 listopada, 14:00",
        "on_day": "w czwartek 26 listopada",
    }  # fmt: skip
    assert spoken_values(values, "en", frozenset())["cancel_until"] == "until Wednesday 25 November, 14:00"
    assert spoken_values({"hour": time(7)}, "uk", frozenset())["hour"] == "7:00"


def test_places_and_pairs_of_brackets() -> None:
    assert places_of("{hour} [{day}] {hour}") == ["hour", "day"]
    for broken in ("{hour", "hour}", "[{hour}", "{hour}]", "[[{hour}]]", "{Hour}"):
        assert not is_well_formed(broken), broken
    assert is_well_formed("{hour}[ a {day}]")


@pytest.mark.parametrize(("at", "quiet"), [("19:59", False), ("20:00", True), ("06:59", True), ("07:00", False)])
def test_quiet_hours_span_midnight(at: str, quiet: bool) -> None:
    assert is_quiet(warsaw(f"2026-11-23 {at}"), 20, 7) is quiet


def test_equal_hours_mean_no_quiet() -> None:
    assert not is_quiet(warsaw("2026-11-23 03:00"), 0, 0)


def test_the_night_is_waited_out_also_when_the_clock_changes() -> None:
    far = warsaw("2027-12-01 00:00")
    assert after_quiet_hours(warsaw("2026-11-23 22:00"), far, 20, 7) == warsaw("2026-11-24 07:00")
    assert after_quiet_hours(warsaw("2026-10-25 01:00"), far, 20, 7) == warsaw("2026-10-25 07:00")
    assert after_quiet_hours(warsaw("2027-03-28 01:30"), far, 20, 7) == warsaw("2027-03-28 07:00")
    assert after_quiet_hours(warsaw("2026-11-23 12:00"), far, 20, 7) == warsaw("2026-11-23 12:00")


@pytest.mark.parametrize(
    ("ends", "until"),
    [
        ("2026-11-23 20:59", "2026-11-23 19:59"), ("2026-11-23 21:00", "2026-11-23 20:00"), ("2026-11-23 23:59", "2026-11-23 20:00"),
        ("2026-11-24 07:30", "2026-11-23 20:00"), ("2026-11-24 08:00", "2026-11-24 07:00"),
    ],
)  # fmt: skip
def test_a_call_is_asked_for_an_hour_before_the_end_and_not_in_quiet_hours(ends: str, until: str) -> None:
    assert best_called_before(warsaw(ends), 20, 7, now=warsaw("2026-11-23 12:00")) == warsaw(until)


@pytest.mark.parametrize(("now", "at_once"), [("2026-11-23 19:59", False), ("2026-11-23 20:00", True)])
def test_once_the_good_hours_are_over_only_at_once_is_left(now: str, at_once: bool) -> None:
    assert (best_called_before(warsaw("2026-11-24 07:30"), 20, 7, now=warsaw(now)) is None) is at_once


def test_what_would_come_too_late_does_not_wait() -> None:
    night = warsaw("2026-11-23 22:00")
    assert after_quiet_hours(night, warsaw("2026-11-24 07:00"), 20, 7) == night
    assert after_quiet_hours(night, warsaw("2026-11-24 07:01"), 20, 7) == warsaw("2026-11-24 07:00")


def test_waits_grow_and_end_within_the_providers_memory() -> None:
    waits = [wait_after(number) for number in range(1, TRIES)]
    assert waits == sorted(waits)
    assert timedelta(hours=4) < sum(waits, timedelta()) < timedelta(hours=20)
    assert may_try_again(TRIES - 1)
    assert not may_try_again(TRIES)


def test_an_attempt_is_forgotten_before_the_provider_forgets_its_key() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert not outcome_forgotten(now - timedelta(hours=20), now=now)
    assert outcome_forgotten(now - timedelta(hours=20, seconds=1), now=now)


def test_a_finished_message_never_moves() -> None:
    for state in FINISHED:
        assert not any(may_become(state, new) for new in MessageState)
    assert may_become(MessageState.SENT, MessageState.DELIVERED)
    assert may_become(MessageState.SENDING, MessageState.SENT)
    assert not may_become(MessageState.SENT, MessageState.SENT)


@pytest.mark.parametrize(
    ("channel", "text", "codes"),
    [
        (Channel.SMS, Text("{sender}: {hour} {day}"), ()),
        (Channel.SMS, Text("{hour} {dzien}"), ("UNKNOWN_PLACE",)),
        (Channel.SMS, Text("{hour} {to}"), ("NOT_IN_SMS",)),
        (Channel.CALL, Text("{hour} {to}"), ()),
        (Channel.SMS, Text("{day}"), ("PLACE_MISSING",)),
        (Channel.SMS, Text("   "), ("TEXT_EMPTY", "PLACE_MISSING")),
        (Channel.SMS, Text("{hour} [{day}"), ("BRACKETS",)),
        (Channel.SMS, Text("{hour} " + "a" * 600), ("SMS_LONG",)),
        (Channel.E_MAIL, Text("{hour}", ""), ("SUBJECT_EMPTY",)),
        (Channel.E_MAIL, Text("{hour}", "Przejazd {kod}"), ("UNKNOWN_PLACE",)),
        (Channel.E_MAIL, Text("{hour}" + "a" * 2995, "T"), ("TEXT_LONG",)),
        (Channel.E_MAIL, Text("{hour}" + "a" * 2994, "T"), ()),
    ],
)  # fmt: skip
def test_a_wording_is_refused_with_every_reason(channel: Channel, text: Text, codes: tuple[str, ...]) -> None:
    verdict = text_verdict("ride_confirmed", channel, "pl", text)
    assert verdict.codes == codes
    assert all(reason.text for reason in verdict.reasons)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
HOURS = st.integers(0, 23)


@given(MOMENTS, HOURS, HOURS)
def test_nobodys_phone_rings_in_the_quiet_hours_and_nothing_waits_longer(
    moment: datetime, quiet_from: int, quiet_until: int
) -> None:
    """For any night and any quiet hours, clock changes too: out at the first minute that is not quiet."""
    far = moment + timedelta(days=30)
    goes = after_quiet_hours(moment, far, quiet_from, quiet_until)
    assert goes >= moment
    assert not is_quiet(goes, quiet_from, quiet_until)
    if goes > moment:
        assert is_quiet(moment, quiet_from, quiet_until)
        minutes = int((goes - moment) / timedelta(minutes=1))
        assert all(
            is_quiet(goes - timedelta(minutes=back), quiet_from, quiet_until)
            for back in {1, minutes // 2 or 1, minutes} - {0}
        )
        assert goes - moment <= timedelta(hours=24)


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=3)), HOURS, HOURS)
def test_what_waits_still_comes_in_time(moment: datetime, useful: timedelta, quiet_from: int, quiet_until: int) -> None:
    assert moment <= after_quiet_hours(moment, moment + useful, quiet_from, quiet_until) < moment + useful


OFFICE = (OpenHours(time(7, 30), time(15, 30), working_days_only=True, since=date(2024, 1, 1)),)


@pytest.mark.parametrize(
    ("at", "ends", "due"),
    [
        ("2026-11-23 12:00", "2026-11-24 10:00", "2026-11-23 12:00"),
        ("2026-11-23 23:46", "2026-11-24 10:00", "2026-11-24 07:30"),
        ("2026-11-23 16:00", "2026-11-24 08:30", "2026-11-24 07:30"),
        (
            "2026-11-23 16:00",
            "2026-11-24 08:29",
            "2026-11-23 16:00",
        ),  # the car would have come: whoever is still there may call
        ("2026-11-23 23:46", "2026-11-24 07:30", "2026-11-24 07:30"),
        ("2026-11-23 23:46", "2026-11-24 07:29", "2026-11-23 23:46"),  # no desk helps any more
        ("2026-11-27 16:00", "2026-12-01 10:00", "2026-11-30 07:30"),
    ],
)
def test_a_call_is_due_when_the_desk_opens(at: str, ends: str, due: str) -> None:
    assert call_due_at(warsaw(at), warsaw(ends), OFFICE, 20, 7) == warsaw(due)


def test_without_hours_a_call_is_due_at_once_but_not_at_night() -> None:
    far = warsaw("2026-11-25 12:00")
    assert call_due_at(warsaw("2026-11-23 19:59"), far, (), 20, 7) == warsaw("2026-11-23 19:59")
    assert call_due_at(warsaw("2026-11-23 20:00"), far, (), 20, 7) == warsaw("2026-11-24 07:00")


@pytest.mark.parametrize(
    ("words", "said", "parts"), [(123, True, 1), (124, True, 2), (269, True, 2), (270, False, 2), (300, True, 3)]
)
def test_until_when_to_call_is_said_in_an_sms_as_long_as_two_take_it_in(words: int, said: bool, parts: int) -> None:
    spoken = {"what": "x" * words, "phone_until": "do piątku 27 listopada, 15:30"}
    body = sms_body(Text("{what} tel. 1[ {phone_until}]"), "pl", spoken)
    assert ("15:30" in body) is said
    assert sms.parts(body) == parts


@pytest.mark.parametrize("today", [date(2026, 11, 24), date(2026, 10, 25), date(2026, 10, 26), date(2027, 1, 1)])
def test_a_samples_days_are_true_to_the_calendar_to_come(today: date) -> None:
    values = sample_values(KINDS["ride_confirmed"], today=today)
    on, term = values["day"], values["cancel_until"]
    assert isinstance(on, date)
    assert isinstance(term, datetime)
    assert (on.weekday(), on.month) == (0, 10)
    assert today < on <= today + timedelta(days=371)
    assert term.date() == on - timedelta(days=1), "until the evening before, never after the ride"
    spoken = spoken_samples("ride_confirmed", "pl", today=today)
    assert spoken["day"] == f"poniedziałek {on.day} października"
    assert spoken["cancel_until"] == f"do niedzieli {on.day - 1} października, 23:59"
    assert spoken["by_phone"] == f"Telefonicznie: do piątku {on.day - 3} października, 15:30"

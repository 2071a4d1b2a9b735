"""The wordings that come with the product: complete, short, and saying no more than they should."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest

from services_app.messaging.policy import sms
from services_app.messaging.policy.filling import fill, places_of, spoken_values
from services_app.messaging.policy.texts import preview, sms_body, text_verdict
from services_app.messaging.shipped import KINDS, LANGUAGES, shipped_text
from services_app.messaging.shipped.kinds import LINKS, NOT_IN_SMS, PLACES, sample_day, sample_values
from services_app.messaging.terms import Channel
from services_app.wording import WARSAW

EVERY = [(kind, channel, language) for kind in KINDS for channel in Channel for language in LANGUAGES]
HEALTH = re.compile(
    r"(?i)lekarz|chorob|chor(?:y|a)\b|zdrow|wózek|wozek|niepełnospraw|poradni|szpital|leczen|przychodni|doctor|health|\bill\b|sick|disab|"
    r"wheelchair|clinic|hospital|лікар|хвор|здоров|інвалід|візок|клінік|поліклінік"
)


@pytest.mark.parametrize(("kind", "channel", "language"), EVERY)
def test_each_wording_could_be_saved_by_staff_too(kind: str, channel: Channel, language: str) -> None:
    if channel is Channel.CALL and not KINDS[kind].may_be_called:
        return
    assert text_verdict(kind, channel, language, shipped_text(kind, channel, language)).codes == ()


def longest_values(kind: str) -> dict[str, object]:
    """Samples, with the longest words a day has in Polish: Monday 30 October."""
    values = sample_values(KINDS[kind])
    longest = max(
        (date(2026, 1, 1) + timedelta(days=number) for number in range(800)), key=lambda on: len(words_of_day(on))
    )
    values.update({name: longest for name in values if name == "day"})
    values.update({name: datetime.combine(longest, time(14), WARSAW) for name in values if name.endswith("until")})
    return values


def words_of_day(on: date) -> str:
    """A day as a message says it."""
    return spoken_values({"day": on}, "pl", LINKS)["day"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_polish_sms_is_one_message_on_the_longest_day(kind: str) -> None:
    text = shipped_text(kind, Channel.SMS, "pl").body
    body = sms.as_sms(fill(text, spoken_values(longest_values(kind), "pl", LINKS)), "pl")
    assert sms.is_gsm(body)
    assert sms.characters(body) <= 160, body
    assert body.startswith("MOPR: ")
    assert "514 643 274" in body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_in_another_language_takes_two_parts_at_most(kind: str, language: str) -> None:
    assert preview(kind, Channel.SMS, language, shipped_text(kind, Channel.SMS, language))[2] <= 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_says_nothing_of_health_and_no_full_name(kind: str, language: str) -> None:
    text = shipped_text(kind, Channel.SMS, language).body
    assert not set(places_of(text)) & NOT_IN_SMS
    assert not HEALTH.search(preview(kind, Channel.SMS, language, shipped_text(kind, Channel.SMS, language))[1])


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("because", ["Gołoledź", "Powódź"])
def test_a_ride_called_off_for_a_closed_day_says_why(channel: Channel, language: str, because: str) -> None:
    kind = "ride_cancelled_by_operator"
    text = shipped_text(kind, channel, language)
    values = sample_values(KINDS[kind], language)
    spoken = spoken_values({**values, "on_day": values["day"], "closed_because": because}, language, LINKS)
    plain = sms.as_sms(because, language)
    if channel is not Channel.SMS:
        assert f" {because}." in fill(text.body, spoken)
    else:
        body = sms_body(text, language, spoken)
        assert f" {plain}." in body
        assert sms.parts(body) <= 2, body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_too_long_for_two_sms_is_left_out_of_them_and_only_of_them(language: str) -> None:
    kind, because = "ride_cancelled_by_operator", "powódź " * 30 + "w mieście"
    spoken = spoken_values({**sample_values(KINDS[kind], language), "closed_because": because}, language, LINKS)
    body = sms_body(shipped_text(kind, Channel.SMS, language), language, spoken)
    assert "powodz" not in sms.as_sms(body, "pl")
    assert sms.parts(body) <= 2
    assert because in fill(shipped_text(kind, Channel.E_MAIL, language).body, spoken)


def test_the_search_for_health_words_finds_them() -> None:
    for words in ("wizyta u lekarza", "see your doctor", "візит до лікаря"):
        assert HEALTH.search(words)


@pytest.mark.parametrize("kind", ["ride_confirmed", "ride_moved", "ride_day_before", "ride_morning"])
def test_the_hour_comes_early_in_an_sms(kind: str) -> None:
    for language in LANGUAGES:
        assert shipped_text(kind, Channel.SMS, language).body.index("{hour}") < 22


@pytest.mark.parametrize("kind", ["ride_confirmed", "ride_moved", "ride_day_before"])
@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promise_says_until_when_it_can_be_cancelled(kind: str, channel: Channel, language: str) -> None:
    if (kind, channel) != ("ride_moved", Channel.CALL):
        assert "{cancel_until}" in shipped_text(kind, channel, language).body


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_reads_well_with_only_what_it_needs(kind: str) -> None:
    samples = sample_values(KINDS[kind])
    least: dict[str, object] = {name: samples[name] for name in KINDS[kind].needed}
    for channel in Channel:
        for language in LANGUAGES:
            text = shipped_text(kind, channel, language)
            spoken = spoken_values(
                {**least, "sender": "MOPR", "centre": "MOPR Kielce", "phone": "514 643 274"}, language, LINKS
            )
            for words in (fill(text.body, spoken), fill(text.subject or "", spoken)):
                assert not re.search(r" {2}|[ ,:]\.(\s|$)|: ?$|,,|[{}\[\]]", words), words


def test_every_place_is_explained_and_has_a_sample() -> None:
    used = {name for kind in KINDS.values() for name in kind.places if name != "on_day"}
    assert used <= set(PLACES)
    assert all(place.label and place.sample for place in PLACES.values())


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "pl"])
def test_a_preview_speaks_one_language_all_through(language: str) -> None:
    names_and_numbers = {
        "sender",
        "centre",
        "phone",
        "code",
        "from",
        "to",
        "plate",
        "who",
        "first_name",
        "link",
        "number",
    }
    in_words = {name for name, place in PLACES.items() if isinstance(place.sample, str)} - names_and_numbers
    assert in_words == {
        "return_call",
        "left",
        "counts",
        "reasons",
        "what",
        "answer",
        "closed_because",
        "scope",
        "sign_in",
    }
    on = sample_day(date(2026, 11, 24))
    assert all(
        PLACES[name].sample_in(language, on) != PLACES[name].sample_in("pl", on) for name in in_words | {"by_phone"}
    )

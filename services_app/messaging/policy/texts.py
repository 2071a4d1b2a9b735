"""Whether a wording written by staff can go out: every reason against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from services_app.messaging.policy import sms
from services_app.messaging.policy.filling import fill, is_well_formed, places_of, spoken_values
from services_app.messaging.shipped import Text
from services_app.messaging.shipped.kinds import ANY_DAY, KINDS, LINKS, NO_LONGER_SMS, NOT_IN_SMS, sample_values
from services_app.messaging.terms import Channel
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

LONGEST_BODY = 3000
MOST_SMS_PARTS = 3
_WORTH_PARTS = 2


def spoken_samples(kind: str, language: str, *, today: date = ANY_DAY) -> dict[str, str]:
    """The samples a preview of this kind is filled with, as words of a language; ``today`` makes their days true to the calendar."""
    return spoken_values(sample_values(KINDS[kind], language, today=today), language, LINKS)


def sms_body(text: Text, language: str, spoken: Mapping[str, str], *, romanise: bool = False) -> str:
    """The SMS as it goes out: what a second one is worth, and no third, is said where both take it in."""
    needed = {name: words for name, words in spoken.items() if name not in NO_LONGER_SMS}
    whole, short = (sms.as_sms(fill(text.body, said), language, romanise=romanise) for said in (spoken, needed))
    return whole if sms.parts(whole) <= max(_WORTH_PARTS, sms.parts(short)) else short


def preview(
    kind: str, channel: Channel, language: str, text: Text, *, today: date = ANY_DAY
) -> tuple[str | None, str, int]:
    """Subject, body and number of SMS parts as they would go out, filled with long samples."""
    spoken = spoken_samples(kind, language, today=today)
    body = fill(text.body, spoken)
    subject = None if text.subject is None else fill(text.subject, spoken)
    if channel is not Channel.SMS:
        return subject, body, 1
    plain = sms.as_sms(body, language)
    return subject, plain, sms.parts(plain)


def text_verdict(kind: str, channel: Channel, language: str, text: Text) -> Verdict:
    """All reasons against a wording; allowed when there are none.

    No health and no full name in an SMS is data minimisation before the operators who carry it (RODO art. 5(1)(c), 28). The rest is the
    house's own rule: a wording with a broken bracket or an unknown place would not go out, a long one costs several parts.
    """
    return Verdict.of(_reasons(kind, channel, language, text))


def _reasons(kind: str, channel: Channel, language: str, text: Text) -> Iterator[Reason]:
    whole = f"{text.body}\n{text.subject or ''}"
    allowed = KINDS[kind].allowed_in(channel)
    if not text.body.strip():
        yield Reason("TEXT_EMPTY", N_("Wpisz treść."))
    if channel is Channel.E_MAIL and not (text.subject or "").strip():
        yield Reason("SUBJECT_EMPTY", N_("Wpisz temat e-maila."))
    if len(text.body) > LONGEST_BODY:
        yield Reason("TEXT_LONG", N_("Treść jest za długa. Najwięcej {most} znaków."), {"most": LONGEST_BODY})
    if not is_well_formed(whole):
        yield Reason("BRACKETS", N_("Któryś nawias klamrowy albo kwadratowy nie ma pary. Sprawdź nawiasy."))
    for name in places_of(whole):
        if name in allowed:
            continue
        if channel is Channel.SMS and name in NOT_IN_SMS and name in KINDS[kind].places:
            yield Reason(
                "NOT_IN_SMS", N_("Miejsca „{place}” nie może być w SMS: mówi za dużo o osobie."), {"place": name}
            )
        else:
            yield Reason("UNKNOWN_PLACE", N_("Nie ma miejsca „{place}”. Wybierz z listy obok treści."), {"place": name})
    yield from (
        Reason("PLACE_MISSING", N_("W treści musi być miejsce „{place}”."), {"place": name})
        for name in _missing(kind, text.body)
    )
    if channel is Channel.SMS and is_well_formed(text.body):
        parts = preview(kind, channel, language, text)[2]
        if parts > MOST_SMS_PARTS:
            values = {"parts": parts, "most": MOST_SMS_PARTS}
            yield Reason("SMS_LONG", N_("To zajmie {parts} SMS. Skróć treść do najwyżej {most}."), values)


def _missing(kind: str, body: str) -> list[str]:
    """The day may stay unsaid ("today") or be said as ``on_day``; everything else a kind needs must be told."""
    used = set(places_of(body))
    return [name for name in KINDS[kind].needed if name not in used and name != "day"]

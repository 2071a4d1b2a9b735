"""What of the office's own duties waits for a person, for the morning view."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services_app import wording
from services_app.clock import day_of
from services_app.duties.models import DataBreach
from services_app.duties.policy.access import review_due_on
from services_app.duties.policy.accessibility import review_due, review_reminded
from services_app.duties.policy.breaches import csirt_due, people_to_tell, uodo_due
from services_app.duties.policy.retention_table import ASKED_OF_OFFICE
from services_app.duties.queries.access import last_review_on, running_review, undecided_in
from services_app.duties.queries.accessibility import last_statement_review, letters_summary, open_requests_summary
from services_app.duties.queries.breaches import incident_contact, open_breaches
from services_app.duties.queries.retention import holds_over, rules_in_force
from services_app.duties.terms import CONTACT_CONFIRMED_FOR_DAYS, REQUEST_HURRY_DAYS
from services_app.duties.views.statement import last_looked_at
from services_app.web.languages import shown_language
from services_app.web.waiting import Waiting

_HURRY_TO_REVIEW_DAYS = 14


def accessibility_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Requests for accessibility nobody has answered, and letters nobody has posted."""
    count, since, due_on = open_requests_summary(session)
    href = url_for("accessibility.accessibility_requests")
    if count and due_on is not None:
        urgent = due_on - day_of(now) <= timedelta(days=REQUEST_HURRY_DAYS)
        words = _("Żądania dostępności, najbliższy termin: %(day)s", day=wording.day(due_on, shown_language()))
        yield Waiting(words, count, _("Odpowiedz"), href, since=since, urgent=urgent)
    letters, since = letters_summary(session)
    if letters:
        yield Waiting(_("Listy w sprawie dostępności do wysłania"), letters, _("Wydrukuj"), href, since=since)


def statement_review_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """The review of the accessibility statement, from 1 February of the year it is due."""
    today, last_on = day_of(now), last_looked_at(last_statement_review(session))
    if not review_reminded(last_on, today=today):
        return
    due_on = review_due(last_on)
    words = _("Przegląd deklaracji dostępności do 31 marca %(year)s", year=due_on.year)
    urgent = due_on - today <= timedelta(days=_HURRY_TO_REVIEW_DAYS)
    yield Waiting(words, 1, _("Przejrzyj"), url_for("duties.statement_review"), urgent=urgent)


def breaches_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Entries of the register with a term that runs or is over, and those that are not complete."""
    for breach in open_breaches(session):
        facts, href = breach.facts, url_for("duties.breach", breach_id=breach.id)
        found = False
        for due_at, whom in ((csirt_due(facts), "CSIRT"), (uodo_due(facts), "UODO")):
            if due_at is not None:
                found = True
                yield Waiting(
                    _term_in_words(breach, whom, due_at, now),
                    1,
                    _("Zdecyduj"),
                    href,
                    since=breach.found_at,
                    urgent=True,
                )
        if people_to_tell(facts):
            found = True
            words = _("Naruszenie nr %(number)s: zawiadom osoby", number=breach.id)
            yield Waiting(words, 1, _("Zawiadom"), href, since=breach.found_at, urgent=True)
        if not found:
            words = _("Naruszenie nr %(number)s: uzupełnij i zamknij wpis", number=breach.id)
            yield Waiting(words, 1, _("Uzupełnij"), href, since=breach.found_at)


def _term_in_words(breach: DataBreach, whom: str, due_at: datetime, now: datetime) -> str:
    if due_at <= now:
        return str(_("Naruszenie nr %(number)s: minął termin zgłoszenia do %(whom)s", number=breach.id, whom=whom))
    until = wording.until(due_at, shown_language())
    return str(_("Naruszenie nr %(number)s: %(whom)s %(until)s", number=breach.id, whom=whom, until=until))


def incident_contact_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """Nobody was named for incidents, or it was confirmed more than a year ago."""
    person, href = incident_contact(session), url_for("duties.incident_settings")
    if person is None:
        yield Waiting(_("Nie ma osoby kontaktowej do incydentów"), 1, _("Wpisz"), href)
    elif day_of(now) - person.confirmed_on > timedelta(days=CONTACT_CONFIRMED_FOR_DAYS):
        yield Waiting(_("Osoba kontaktowa do incydentów: potwierdź po roku"), 1, _("Potwierdź"), href, since=person.at)


def retention_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """What is kept longer than its period, as counted at night; sets of data without a period."""
    rules = rules_in_force(session, today=day_of(now))
    due = sum(rule.due_count or 0 for rule in rules.values())
    href = url_for("duties.retention")
    if due:
        yield Waiting(_("Dane po okresie przechowywania, do usunięcia"), due, _("Przejrzyj"), href)
    over = holds_over(session, today=day_of(now))
    if over:
        yield Waiting(_("Dane trzymane do dnia, który minął"), len(over), _("Zdecyduj"), href, since=over[0].at)
    missing = sum(kept not in rules for kept in ASKED_OF_OFFICE)
    if missing:
        yield Waiting(_("Okresy przechowywania do ustalenia"), missing, _("Wpisz"), href)


def access_review_waiting(session: Session, now: datetime) -> Iterator[Waiting]:
    """The review in hand, or the next one a year after the last."""
    running = running_review(session)
    if running is not None:
        left = undecided_in(session, running.id)
        href = url_for("duties.access_review", review_id=running.id)
        words = (
            _("Przegląd uprawnień: konta bez decyzji") if left else _("Przegląd uprawnień: zakończ i zachowaj protokół")
        )
        yield Waiting(words, left or 1, _("Dokończ"), href, since=running.begun_at)
        return
    last_on = last_review_on(session)
    if last_on is not None and review_due_on(last_on) <= day_of(now):
        words = _("Coroczny przegląd uprawnień")
        yield Waiting(words, 1, _("Zacznij"), url_for("duties.access_reviews_list"))

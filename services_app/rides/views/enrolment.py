"""Joining the programme: explained to everybody, declared online or at the desk, verified and decided by a coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.residents.models import Resident
from services_app.residents.queries import visible_resident
from services_app.rides.actions import (
    end_enrolment,
    enrol,
)
from services_app.rides.actions.enrolling import STATEMENT
from services_app.rides.forms.enrolment import (
    DeskJoinForm,
    JoinForm,
    join_form,
)
from services_app.rides.labels import CONDITIONS, ENROLMENT_STATES
from services_app.rides.models import Enrolment
from services_app.rides.policy import (
    Passenger,
    RideRules,
    age_on,
    conditions_to_verify,
    enrolment_verdict,
    may_ride_unverified,
    what_else_helps,
)
from services_app.rides.policy.eligibility import same_town
from services_app.rides.queries import NoRules, enrolment_of, in_programme, rules_in_force
from services_app.rides.queries.enrolments import promised_since
from services_app.rides.rule_texts import rule_text
from services_app.rides.statements import statement_text
from services_app.rides.terms import WHEELCHAIRS, Channel, Condition
from services_app.rides.views.acting import acts_for_others, people, person_or_404
from services_app.rides.views.blueprint import rides
from services_app.web.access import current_identity, public, residents, staff_with
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer

DESK = ("operator", "coordinator")
READERS = ("coordinator", "manager", "auditor")
GUARDS = ("administrator",)
"""Who sees files whose processing is restricted."""
MOST_NAMES = 100
TONES = {"declared": "waiting", "verified": "good", "refused": "bad", "ended": "neutral"}


@dataclass(frozen=True)
class Asked:
    """What the rules in force ask of somebody, and what is known from the file."""

    rules: RideRules
    resident: Resident
    known: frozenset[Condition]
    """Not asked again: it follows from the address or from how the person moves."""

    @property
    def questions(self) -> list[Condition]:
        """What only the person can say. Where somebody lives stands in the file."""
        silent = self.known | {Condition.RESIDENT}
        return [each for each in conditions_to_verify(self.rules) if each not in silent]

    @property
    def income_limit(self) -> int | None:
        """The most generous limit any way of being entitled names, in grosze."""
        named = [each.income_limit_grosze for each in self.rules.eligibility if each.income_limit_grosze is not None]
        return max(named, default=None)

    def declared(self, form: JoinForm) -> frozenset[Condition]:
        """Everything declared: what was answered with yes, and what is known."""
        return form.declared | self.known

    def passenger(self, declared: frozenset[Condition]) -> Passenger:
        """The person as the rules would see them."""
        who = self.resident
        return Passenger(who.birth_on, who.town, declared, who.mobility, verified=False)


def _asked(resident: Resident) -> Asked | None:
    """None when no rules are in force."""
    try:
        _version, rules = rules_in_force(db.session(), clock.today())
    except NoRules:
        return None
    wanted = set(conditions_to_verify(rules))
    towns = [each.resident_of for each in rules.eligibility if each.resident_of]
    lives_here = any(same_town(resident.town, town) for town in towns)
    held = {Condition.RESIDENT} if lives_here else set()
    held |= {Condition.WHEELCHAIR} if resident.mobility in WHEELCHAIRS else set()
    return Asked(rules, resident, frozenset(held & wanted))


def sentences_of(rules: RideRules, field: str) -> list[str]:
    """One rule in words of the page's language."""
    return [say(sentence) for sentence in rule_text(rules, field).sentences]


# --- online -------------------------------------------------------------------------------------------------------------------------------


@rides.get("/dolacz")
@public
def join() -> Response | str:
    """Who may join and how; whoever has signed in goes straight to the questions."""
    try:
        _version, rules = rules_in_force(db.session(), clock.today())
    except NoRules:
        return render_template("rides/join.html", who=[], meanwhile=False, ready=False)
    if current_identity().kind in ("resident", "representative"):
        return _for_whom("rides.join_questions")
    return render_template(
        "rides/join.html", who=sentences_of(rules, "eligibility"), meanwhile=may_ride_unverified(rules), ready=True
    )


def _for_whom(endpoint: str) -> Response | str:
    """On to the only person, or the chosen one; otherwise a list to choose from."""
    known = people()
    wanted = request.args.get("osoba", type=int)
    chosen = [one for one in known if wanted in (None, one.id)]
    if len(chosen) == 1:
        return redirect(url_for(endpoint, resident_id=chosen[0].id))
    if wanted is not None:
        abort(404)
    return render_template(
        "rides/join_whom.html", known=known[:MOST_NAMES], more=len(known) > MOST_NAMES, endpoint=endpoint
    )


@rides.route("/dolacz/<int:resident_id>", methods=["GET", "POST"])
@residents
@answers_once
def join_questions(resident_id: int) -> Response | str:
    """The questions, then everything on one page to check, then sent."""
    resident = person_or_404(resident_id)
    place = url_for("rides.my_place", resident_id=resident_id)
    if in_programme(enrolment_of(db.session(), resident_id)):
        return redirect(place)
    asked = _asked(resident)
    if asked is None:
        return render_template("rides/join.html", who=[], meanwhile=False, ready=False)
    form = join_form(JoinForm, asked.questions, for_other=acts_for_others(), income_limit=asked.income_limit)
    step = request.form.get("step")
    if step not in ("check", "send") or not form.validate_on_submit():
        form = form if step != "change" else _as_typed(form)
        return render_template("rides/join_questions.html", form=form, asked=asked, **_facts(asked))
    if step == "check" or not form.stated():
        return _check_page(form, asked)
    _enrol(asked, form, Channel.ONLINE, place)
    flash(_("Mamy zgłoszenie. Niżej jest, co dzieje się dalej."), "success")
    return redirect(place)


def _as_typed(form: Any) -> Any:
    """Back from the check page: the answers stay, nothing is found fault with."""
    for field in form:
        field.errors = ()
    return form


def _facts(asked: Asked) -> dict[str, Any]:
    """What we know already, to be shown and not asked."""
    resident = asked.resident
    return {
        "age": age_on(clock.today(), resident.birth_on), "town": resident.town, "resident": resident,
        "wheelchair": Condition.WHEELCHAIR in asked.known, "for_other": acts_for_others(),
    }  # fmt: skip


def _check_page(form: Any, asked: Asked) -> str:
    today, passenger = clock.today(), asked.passenger(asked.declared(form))
    verdict = enrolment_verdict(asked.rules, passenger, today)
    return render_template(
        "rides/join_check.html", form=form, statement=say_text(statement_text(STATEMENT)),
        against=[say(reason) for reason in verdict.reasons], meanwhile=verdict.allowed and may_ride_unverified(asked.rules),
        help_texts=[] if verdict.allowed else [say_text(text) for text in what_else_helps(asked.rules, passenger, today)],
        **_facts(asked),
    )  # fmt: skip


def _enrol(asked: Asked, form: JoinForm, channel: Channel, target: str) -> int:
    resident_id, declared = asked.resident.id, asked.declared(form)
    with transaction() as session:
        enrolment = enrol(session, resident_id, declared, by=actor(), channel=channel, now=clock.now())
        remember_answer(session, target)
        return enrolment.id


@rides.get("/program")
@residents
def my_places() -> Response | str:
    """Whose place in the programme is meant."""
    return _for_whom("rides.my_place")


@rides.get("/program/<int:resident_id>")
@residents
def my_place(resident_id: int) -> str:
    """Where somebody stands: declared, in the programme, refused with every reason, or ended."""
    resident = person_or_404(resident_id)
    enrolment = enrolment_of(db.session(), resident_id)
    asked = _asked(resident)
    reasons = [] if enrolment is None else [each for each in enrolment.reasons if each["code"] != "OTHER_HELP"]
    helps = [] if enrolment is None else [each for each in enrolment.reasons if each["code"] == "OTHER_HELP"]
    return render_template(
        "rides/join_place.html", resident=resident, enrolment=enrolment, labels=CONDITIONS, for_other=acts_for_others(),
        state=None if enrolment is None else enrolment.state.value, meanwhile=_rides_meanwhile(asked, enrolment),
        reasons=[say_text(each["text"]) for each in reasons], help_texts=[say_text(each["text"]) for each in helps],
    )  # fmt: skip


def _rides_meanwhile(asked: Asked | None, enrolment: Enrolment | None) -> bool:
    """Whether a ride may be booked before the decision: never promised to whom the rules would then say no."""
    if asked is None or enrolment is None or not may_ride_unverified(asked.rules):
        return False
    declared = frozenset(each.condition for each in enrolment.conditions if each.holds is not False)
    return enrolment_verdict(asked.rules, asked.passenger(declared | asked.known), clock.today()).allowed


@rides.route("/program/<int:resident_id>/rezygnacja", methods=["GET", "POST"])
@residents
@answers_once
def leave_programme(resident_id: int) -> Response | str:
    """Withdraw; rides already promised stay until they are cancelled."""
    resident = person_or_404(resident_id)
    place = url_for("rides.my_place", resident_id=resident_id)
    enrolment = enrolment_of(db.session(), resident_id)
    if enrolment is None or not in_programme(enrolment):
        return redirect(place)
    if request.method == "GET":
        coming = promised_since(db.session(), clock.today(), resident_id=resident_id)
        return render_template("rides/join_leave.html", resident=resident, coming=coming, for_other=acts_for_others())
    enrolment_id = enrolment.id
    with transaction() as session:
        end_enrolment(session, enrolment_id, by=actor(), now=clock.now())
        remember_answer(session, place)
    flash(_("Udział w programie jest zakończony."), "success")
    return redirect(place)


# --- at the desk --------------------------------------------------------------------------------------------------------------------------


def _resident_or_404(resident_id: int) -> Resident:
    restricted_too = current_identity().has(*GUARDS)
    resident = visible_resident(db.session(), resident_id, restricted_too=restricted_too)
    if resident is None:
        abort(404)
    return resident


@rides.route("/zgloszenia/nowe/<int:resident_id>", methods=["GET", "POST"])
@staff_with(*DESK)
@answers_once
def enrol_at_desk(resident_id: int) -> Response | str:
    """The same questions, asked aloud."""
    resident = _resident_or_404(resident_id)
    card = url_for("residents.show", resident_id=resident_id)
    if in_programme(enrolment_of(db.session(), resident_id)):
        flash(_("Ta osoba jest już w programie albo czeka na sprawdzenie."), "info")
        return redirect(card)
    asked = _asked(resident)
    if asked is None:
        flash(_("Żadne zasady teraz nie obowiązują. Zgłoszenie przyjmiesz, gdy będą ogłoszone."), "warning")
        return redirect(card)
    form = join_form(DeskJoinForm, asked.questions, for_other=False, income_limit=asked.income_limit)
    if not (form.validate_on_submit() and form.stated()):
        return _desk_page(form, asked)
    _enrol(asked, form, Channel(form.channel.data), card)
    flash(_("Zgłoszenie przyjęte. Koordynator sprawdzi je i da znać."), "success")
    return redirect(card)


def _desk_page(form: Any, asked: Asked) -> str:
    if request.method == "GET":
        note_reading("resident_read", ("resident", asked.resident.id), asked.resident.id)
    return render_template(
        "rides/enrolment_desk.html", form=form, statement=say_text(statement_text(STATEMENT)),
        meanwhile=may_ride_unverified(asked.rules), **_facts(asked),
    )  # fmt: skip


def enrolment_panel(session: Session, resident: Resident) -> tuple[str, Markup]:
    """A person's place in the programme, for their file."""
    enrolment = enrolment_of(session, resident.id)
    html = render_template(
        "rides/enrolment_panel.html", resident=resident, enrolment=enrolment, states=ENROLMENT_STATES, tones=TONES,
        in_programme=in_programme(enrolment), may_enrol=current_identity().has(*DESK), may_read=current_identity().has(*READERS),
    )  # fmt: skip
    return _("Program przejazdów"), Markup(html)  # noqa: S704 - our own template, escaped there

"""Signing in without a password, step by step; what was being sent is carried along."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db, transaction
from services_app.residents.actions import CodeAnswer, choose_person, prove_code, request_code, sign_in_with_letter
from services_app.residents.actions.signing_in import CODE_ENDED, contact_of_code, kind_of, waiting_choice
from services_app.residents.forms import CodeForm, ContactForm, LetterForm, WhoForm
from services_app.residents.forms.signing_in import CarryingForm
from services_app.residents.models import Representative, Resident
from services_app.residents.policy.numbers import shown_phone
from services_app.residents.terms import PhoneNumber
from services_app.residents.views.blueprint import residents
from services_app.verdict import Verdict
from services_app.web.access import current_identity, public, safe_target
from services_app.web.forms import TRAPPED, Choice, trapped
from services_app.web.held import offer_again, open_held
from services_app.web.languages import say, shown_language
from services_app.web.sessions import begin, end_sign_in, forget, identity_of


def _asked_for() -> str:
    return request.values.get("dalej", "")


def sign_in_page(
    held: str | None, dalej: str | None = None, messages: Sequence[str] = (), *, contact: str | None = None
) -> str:
    """The first step with a form to be carried along: shown where a session ran out, or a code.

    ``contact``: what was typed there before.
    """
    form = ContactForm(formdata=None)
    form.held.data, form.dalej.data = held or "", dalej or ""
    form.contact.data = shown_phone(contact) if contact and "@" not in contact else contact
    return render_template("residents/sign_in.html", form=form, messages=messages)


@residents.route("/logowanie", methods=["GET", "POST"])
@public
def sign_in() -> AnyResponse | str:
    """Where to send the code."""
    form = ContactForm()
    if "begin" in request.form:
        return sign_in_page(form.held.data, form.dalej.data)
    if request.method == "GET":
        if current_identity().kind in ("resident", "representative"):
            return redirect(_target(_asked_for()))
        form.dalej.data = _asked_for()
    if not form.validate_on_submit():
        return render_template("residents/sign_in.html", form=form, messages=[])
    if trapped():
        return render_template("residents/sign_in.html", form=form, messages=[TRAPPED])
    read = form.contact.value
    if isinstance(read, PhoneNumber) and read.land_line:
        return render_template("residents/land_line.html", phone=shown_phone(read.number), form=form)
    return _send_code(form, read.number if isinstance(read, PhoneNumber) else read)


def _send_code(form: ContactForm, contact: str) -> AnyResponse:
    with transaction() as session:
        reference, verdict = request_code(
            session, contact, address=request.remote_addr or "", language=shown_language(), settings=current_app.config, now=clock.now()
        )  # fmt: skip
    if not verdict.allowed:
        messages = [say(reason) for reason in verdict.reasons]
        return make_response(render_template("residents/sign_in.html", form=form, messages=messages), 429)
    if not form.held.data:
        return redirect(url_for("residents.enter_code", sprawa=reference, dalej=form.dalej.data or None))
    step = CodeForm(formdata=None)
    step.reference.data, step.held.data, step.dalej.data = reference, form.held.data, form.dalej.data
    return make_response(_code_page(step))


def _code_page(form: CodeForm) -> str:
    return render_template("residents/enter_code.html", form=form, minutes=current_app.config["CODE_MINUTES"])


@residents.route("/logowanie/kod", methods=["GET", "POST"])
@public
def enter_code() -> AnyResponse | str:
    """The code from the message."""
    form = CodeForm()
    if request.method == "GET":
        form.reference.data, form.dalej.data = request.args.get("sprawa", ""), _asked_for()
        return _code_page(form) if form.reference.data else redirect(url_for("residents.sign_in"))
    if "again" in request.form:
        return _first_step(form)
    if not form.validate_on_submit():
        return _code_page(form)
    with transaction() as session:
        answer = prove_code(
            session, form.reference.data or "", form.digits, address=request.remote_addr or "", settings=current_app.config,
            now=clock.now(),
        )  # fmt: skip
    if answer.choice:
        step = WhoForm(formdata=None)
        step.reference.data, step.held.data, step.dalej.data = answer.reference, form.held.data, form.dalej.data
        return _who_page(step, answer.choice)
    if not answer.verdict.allowed:
        return _code_refused(form, answer.verdict)
    return _enter(answer, form)


def _code_refused(form: CodeForm, verdict: Verdict) -> AnyResponse | str:
    """A wrong code is typed again; for one that ended there is only a new one, and nothing carried along is lost."""
    words = [say(reason) for reason in verdict.reasons]
    if "CODE_ENDED" in verdict.codes:
        return _first_step(form, words)
    for each in words:
        form.say_no("code", each)
    return make_response(_code_page(form), 429) if "TOO_MANY" in verdict.codes else _code_page(form)


def _first_step(form: CodeForm | WhoForm, messages: Sequence[str] = ()) -> str:
    """Back to the first step; what is carried along stays with the person, and so does what was typed there."""
    contact = contact_of_code(db.session(), form.reference.data or "")
    return sign_in_page(form.held.data, form.dalej.data, messages, contact=contact)


def _code_ended(form: CodeForm | WhoForm) -> str:
    return _first_step(form, [say(CODE_ENDED)])


def _who_page(form: WhoForm, people: tuple[Resident | Representative, ...]) -> str:
    form.who.choices = [Choice(f"{kind_of(person)}:{person.id}", person.name) for person in people]
    hints = {f"representative:{person.id}": True for person in people if isinstance(person, Representative)}
    return render_template("residents/who.html", form=form, representatives=hints)


@residents.route("/logowanie/kto", methods=["GET", "POST"])
@public
def choose_who() -> AnyResponse | str:
    """Which of those who share a phone signs in."""
    if request.method == "GET":
        return redirect(url_for("residents.sign_in"))
    form = WhoForm()
    people = waiting_choice(db.session(), form.reference.data or "", now=clock.now())
    if not people:
        return _code_ended(form)
    form.who.choices = [Choice(f"{kind_of(person)}:{person.id}", person.name) for person in people]
    if not form.validate_on_submit():
        return _who_page(form, people)
    with transaction() as session:
        answer = choose_person(session, form.reference.data or "", form.who.data, now=clock.now())
    return _enter(answer, form)


@residents.route("/logowanie/list", methods=["GET", "POST"])
@public
def sign_in_by_letter() -> AnyResponse | str:
    """The personal code of a letter, with the birth date."""
    form = LetterForm()
    if "begin" in request.form:  # from another step of signing in, with what is carried along
        begun = LetterForm(formdata=None)
        begun.held.data, begun.dalej.data = form.held.data, form.dalej.data
        return render_template("residents/sign_in_by_letter.html", form=begun, messages=[])
    if request.method == "GET":
        form.dalej.data = _asked_for()
    if not form.validate_on_submit():
        return render_template("residents/sign_in_by_letter.html", form=form, messages=[])
    with transaction() as session:
        answer = sign_in_with_letter(
            session, form.code.data or "", form.birth_on.data, address=request.remote_addr or "", settings=current_app.config,
            now=clock.now(),
        )  # fmt: skip
    if not answer.verdict.allowed:
        messages = [say(reason) for reason in answer.verdict.reasons]
        status = 429 if "TOO_MANY" in answer.verdict.codes else 200
        return make_response(render_template("residents/sign_in_by_letter.html", form=form, messages=messages), status)
    return _enter(answer, form)


def _enter(answer: CodeAnswer, form: CarryingForm) -> AnyResponse | str:
    """After the right code: a fresh cookie, then what was being sent, or where one was going."""
    person = answer.person
    identity = None if person is None else identity_of(db.session(), kind_of(person), person.id)
    if person is None or identity is None:
        return sign_in_page(form.held.data, form.dalej.data, [say(CODE_ENDED)])
    kind, person_id = kind_of(person), person.id
    begin(answer.token, identity)
    held = open_held(form.held.data, f"{kind}:{person_id}")
    return offer_again(held) if held is not None else redirect(_target(form.dalej.data))


def _target(asked: str | None) -> str:
    first_page = "rides.my_rides" if "rides.my_rides" in current_app.view_functions else "residents.my_data"
    return safe_target(asked, url_for(first_page))


@residents.post("/wyloguj")
@public
def sign_out() -> AnyResponse:
    """End the session on the server and in the browser."""
    identity = current_identity()
    if identity.kind in ("resident", "representative"):
        with transaction() as session:
            end_sign_in(session, getattr(identity, "token", ""), because="signed_out", now=clock.now())
    forget()
    response = redirect("/")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response

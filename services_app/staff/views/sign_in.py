"""Signing in: password, then code; an invitation taken up; signing out."""

from __future__ import annotations

from typing import Any

import structlog
from flask import abort, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.sealed import lookup_hash
from services_app.staff import actions
from services_app.staff.forms import CarriedForm, CodeForm, EnrolForm, InvitationForm, SignInForm
from services_app.staff.models import StaffAccount
from services_app.staff.passwords import password_matches
from services_app.staff.queries import account_by_e_mail, invited_account
from services_app.staff.terms import FIRST_STEP_MINUTES
from services_app.staff.views.blueprint import (
    address,
    home_of,
    key_to_show,
    limits,
    names_known,
    opened_key,
    sealed_key,
    staff,
)
from services_app.web import sessions
from services_app.web.access import Identity, current_identity, public, safe_target, staff_any
from services_app.web.held import offer_again, open_held
from services_app.web.once import answers_once

log = structlog.get_logger(__name__)
_MARK = "first_step"


def sign_in_page(held: str | None) -> str:
    """The page for a form that met an expired session: shown at the form's own address, with the form inside."""
    return _sign_in_template(SignInForm(formdata=None, held=held, dalej=""), expired=True)


def _sign_in_template(form: SignInForm, **more: Any) -> str:
    return render_template("staff/sign_in.html", form=form, **more)


@staff.route("/logowanie", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    """The first step: e-mail and password."""
    identity = current_identity()
    if request.method == "GET" and isinstance(identity, Identity) and identity.kind == "staff":
        return redirect(safe_target(request.args.get("dalej"), home_of(identity)))
    form = SignInForm(dalej=request.args.get("dalej", ""))
    if not form.validate_on_submit():
        return _sign_in_template(form)
    with transaction() as session:
        allowed = actions.count_password_try(session, form.e_mail.data or "", address(), limits(), now=clock.now())
    if not allowed:
        return _locked(form)
    account = _account_behind(form.e_mail.data or "", form.password.data or "")
    if account is None:
        form.say_no("password", _("Adres albo hasło się nie zgadza. Sprawdź i wpisz jeszcze raz."))
        return _sign_in_template(form)
    return _after_password(account, form, form.password.data)


def _locked(form: CarriedForm) -> tuple[str, int]:
    """The same for accounts that exist and those that do not."""
    log.warning("sign_in_locked")
    return render_template("staff/locked.html", form=form, minutes=limits().minutes), 429


def _account_behind(e_mail: str, password: str) -> StaffAccount | None:
    """Who signs in so; for an unknown or closed account the same work is done, and the answer is no."""
    account = account_by_e_mail(db.session(), e_mail)
    usable = account is not None and account.deactivated_at is None
    if password_matches(account.password_hash if account and usable else None, password):
        return account
    with transaction() as session:
        actions.note_failed_sign_in(session, account.id if account else None, now=clock.now())
    return None


def _after_password(account: StaffAccount, form: CarriedForm, password: str | None) -> str | Response:
    """On to the second step, or straight in where it is neither required nor set."""
    if account.totp_confirmed_at is None and not current_app.config["STAFF_SECOND_FACTOR_REQUIRED"]:
        return _let_in(account.id, form, password)
    _remember_first_step(account)
    if not form.held.data:
        return redirect(url_for("staff.second_factor", dalej=form.dalej.data or None))
    return _second_step_page(account, held=form.held.data, dalej=form.dalej.data)


# --- between the two steps: a short-lived mark in the signed cookie, worth nothing but the second step


def _password_mark(account: StaffAccount) -> str:
    return lookup_hash("first step", f"{account.id}|{account.password_hash}")


def _remember_first_step(account: StaffAccount) -> None:
    cookie[_MARK] = [account.id, int(clock.now().timestamp()), _password_mark(account)]


def _account_between_steps() -> StaffAccount | None:
    account_id, passed_at, mark = cookie.get(_MARK) or (0, 0, "")
    if clock.now().timestamp() - passed_at > FIRST_STEP_MINUTES * 60:
        return None
    account = db.session().get(StaffAccount, account_id)
    if account is None or account.deactivated_at is not None or mark != _password_mark(account):
        return None
    return account


@staff.route("/logowanie/kod", methods=["GET", "POST"])
@public
def second_factor() -> str | Response | tuple[str, int]:
    """The second step: a code from the phone, or taking a phone into use for the first time."""
    account = _account_between_steps()
    if account is None:
        return _begin_again()
    if request.method == "GET":
        return _second_step_page(account, held="", dalej=request.args.get("dalej", ""))
    form = CodeForm() if account.totp_confirmed_at else EnrolForm()
    if not form.validate():
        return _second_step_template(account, form)
    with transaction() as session:
        allowed = actions.count_code_try(session, account.id, address(), limits(), now=clock.now())
    if not allowed:
        return _locked(form)
    if not _code_taken(account.id, form):
        form.say_no("code", _("Ten kod nie pasuje. Poczekaj na następny kod w aplikacji i wpisz go."))
        return _second_step_template(account, form)
    return _let_in(account.id, form, None)


def _code_taken(account_id: int, form: CodeForm) -> bool:
    code, now = form.code.data or "", clock.now()
    with transaction() as session:
        if not isinstance(form, EnrolForm):
            return actions.take_code(session, account_id, code, address(), now=now)
        secret = opened_key(form.key.data, account_id)
        return secret is not None and actions.set_second_factor(session, account_id, secret, code, now=now)


def _begin_again() -> str | Response:
    """The first step is too long ago: once more, with what was carried."""
    carried = CarriedForm()
    if carried.held.data:
        return _sign_in_template(
            SignInForm(formdata=None, held=carried.held.data, dalej=carried.dalej.data), expired=True
        )
    return redirect(url_for("staff.sign_in", dalej=carried.dalej.data or request.args.get("dalej") or None))


def _second_step_page(account: StaffAccount, *, held: str | None, dalej: str | None) -> str:
    """The page with an empty field."""
    if account.totp_confirmed_at:
        return _second_step_template(account, CodeForm(formdata=None, held=held, dalej=dalej))
    return _second_step_template(account, EnrolForm(formdata=None, held=held, dalej=dalej, key=sealed_key(account.id)))


def _second_step_template(account: StaffAccount, form: CodeForm) -> str:
    if not isinstance(form, EnrolForm):
        return render_template("staff/second_factor.html", form=form)
    secret = opened_key(form.key.data, account.id)
    if secret is None:
        abort(400)
    return render_template("staff/enrol.html", form=form, key=key_to_show(secret, account))


def _let_in(account_id: int, form: CarriedForm, password: str | None) -> str | Response:
    """Begin the session, and go on: to the form that waits, to the page asked for, or to the day's work."""
    earlier = cookie.get("_user_id")
    with transaction() as session:
        token = actions.sign_in_staff(
            session,
            account_id,
            address(),
            now=clock.now(),
            password=password,
            earlier=str(earlier) if earlier else None,
        )
    identity = sessions.identity_of(db.session(), "staff", account_id)
    if token is None or identity is None:
        return redirect(url_for("staff.sign_in"))
    sessions.begin(token, identity)
    held = open_held(form.held.data, f"staff:{account_id}")
    if held is not None:
        return offer_again(held)
    return redirect(safe_target(form.dalej.data, home_of(identity)))


@staff.route("/zaproszenie/<token>", methods=["GET", "POST"])
@public
@answers_once
def accept_invitation(token: str) -> str | Response | tuple[str, int]:
    """Somebody invited sets a password; then comes the second step."""
    account = invited_account(db.session(), token, now=clock.now())
    if account is None:
        return render_template("staff/invitation_over.html"), 410
    form = InvitationForm()
    if not form.validate_on_submit() or not form.refuse_weak(names_known(account)).allowed:
        return render_template("staff/accept_invitation.html", form=form, account=account)
    with transaction() as session:
        taken = actions.take_invitation(session, token, form.password.data or "", now=clock.now())
    if taken is None:
        return render_template("staff/invitation_over.html"), 410
    return _after_password(taken, CarriedForm(formdata=None), None)


@staff.post("/wylogowanie")
@public
def sign_out() -> Response:
    """End the session on the server, and have the browser drop what it kept."""
    identity = current_identity()
    if isinstance(identity, Identity):
        with transaction() as session:
            if identity.kind == "staff":
                actions.sign_out_staff(session, identity.id, identity.token, now=clock.now())
            else:
                sessions.end_sign_in(session, identity.token, because="signed out", now=clock.now())
    sessions.forget()
    flash(_("Wylogowano."), "success")
    response = redirect(url_for("staff.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@staff.post("/zostan")
@staff_any
def stay() -> Response:
    """ "I am still here": the session goes on; answers until when."""
    return make_response(jsonify(ends_at=sessions.stay_signed_in(now=clock.now()).isoformat()))

"""One's own account: password, second step, sessions."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.staff import actions
from services_app.staff.forms import PasswordForm, SecondFactorForm
from services_app.staff.labels import ROLES, device_in_words
from services_app.staff.models import StaffAccount
from services_app.staff.passwords import password_matches
from services_app.staff.views.blueprint import address, key_to_show, limits, names_known, opened_key, sealed_key, staff
from services_app.web.access import current_identity, staff_any
from services_app.web.once import answers_once, before_the_deed
from services_app.web.sessions import sign_ins_of


def _me() -> StaffAccount:
    return db.session().get_one(StaffAccount, current_identity().id)


@staff.get("/moje-konto")
@staff_any
def my_account() -> str:
    """Who I am here, how I sign in, and where I am signed in."""
    identity = current_identity()
    return render_template(
        "staff/my_account.html",
        account=_me(),
        roles=[words for role, words in ROLES.items() if role in identity.roles],
        sign_ins=sign_ins_of(db.session(), "staff", identity.id, now=clock.now()),
        device_in_words=device_in_words,
    )


def _proves_password(form: PasswordForm | SecondFactorForm, account: StaffAccount) -> bool:
    """The password asked once more, with the same limits as at the door."""
    with before_the_deed(), transaction() as session:
        allowed = actions.count_code_try(session, account.id, address(), limits(), now=clock.now())
    if not allowed:
        form.say_no("current_password", _("Za dużo prób. Odczekaj %(n)s minut.", n=limits().minutes))
        return False
    if not password_matches(_me().password_hash, form.current_password.data or ""):
        form.say_no("current_password", _("To nie jest obecne hasło. Wpisz je jeszcze raz."))
        return False
    return True


@staff.route("/moje-konto/haslo", methods=["GET", "POST"])
@staff_any
@answers_once
def change_password() -> str | Response:
    """A new password; everywhere else one is signed out."""
    account, form = _me(), PasswordForm()
    good = form.validate_on_submit() and form.refuse_weak(names_known(account)).allowed
    if not good or not _proves_password(form, account):
        return render_template("staff/change_password.html", form=form, account=account)
    identity = current_identity()
    with transaction() as session:
        actions.change_password(
            session, identity.id, form.password.data or "", now=clock.now(), sign_in_id=identity.sign_in_id
        )
    flash(_("Hasło zmienione. Na innych urządzeniach trzeba zalogować się nowym hasłem."), "success")
    return redirect(url_for("staff.my_account"))


@staff.route("/moje-konto/drugi-krok", methods=["GET", "POST"])
@staff_any
@answers_once
def new_second_factor() -> str | Response:
    """Another phone for the second step."""
    account = _me()
    form = SecondFactorForm() if request.method == "POST" else SecondFactorForm(key=sealed_key(account.id))
    secret = opened_key(form.key.data, account.id)
    if secret is None:
        abort(400)
    if form.validate_on_submit() and _proves_password(form, account):
        if _replaced(secret, form.code.data or ""):
            flash(_("Drugi krok logowania ustawiony."), "success")
            return redirect(url_for("staff.my_account"))
        form.say_no("code", _("Ten kod nie pasuje. Poczekaj na następny kod w aplikacji i wpisz go."))
    return render_template("staff/new_second_factor.html", form=form, key=key_to_show(secret, account))


def _replaced(secret: str, code: str) -> bool:
    identity = current_identity()
    with transaction() as session:
        return actions.replace_second_factor(
            session, identity.id, secret, code, now=clock.now(), sign_in_id=identity.sign_in_id
        )


@staff.post("/moje-konto/sesje/zakoncz")
@staff_any
@answers_once
def end_other_sessions() -> Response:
    """Sign out everywhere else."""
    identity = current_identity()
    with transaction() as session:
        actions.end_other_sessions(session, identity.id, now=clock.now(), sign_in_id=identity.sign_in_id)
    flash(_("Wylogowano na wszystkich innych urządzeniach."), "success")
    return redirect(url_for("staff.my_account"))


@staff.post("/moje-konto/sesje/<int:sign_in_id>/zakoncz")
@staff_any
@answers_once
def end_session(sign_in_id: int) -> Response:
    """Sign out on one other device."""
    with transaction() as session:
        ended = actions.end_session(session, current_identity().id, sign_in_id, now=clock.now())
    if not ended:
        abort(404)
    flash(_("Wylogowano na tym urządzeniu."), "success")
    return redirect(url_for("staff.my_account"))

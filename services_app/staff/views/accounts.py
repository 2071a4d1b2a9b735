"""Everybody's accounts, for administrators."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.sealed import CannotOpen, seal, unseal
from services_app.staff import actions
from services_app.staff.forms import AccountForm, InviteForm
from services_app.staff.labels import ROLES
from services_app.staff.models import StaffAccount
from services_app.staff.queries import all_accounts
from services_app.staff.terms import INVITATION_HOURS
from services_app.staff.views.blueprint import staff
from services_app.verdict import Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.languages import say
from services_app.web.once import answers_once, remember_answer
from services_app.web.outcome import flash_outcome

_LINK = "invitation_link"


def _account_or_404(account_id: int) -> StaffAccount:
    account = db.session().get(StaffAccount, account_id)
    if account is None:
        abort(404)
    return account


@staff.get("/")
@staff_with("administrator")
def accounts() -> str:
    """Everybody who works or worked here."""
    return render_template("staff/accounts.html", accounts=all_accounts(db.session()), roles=ROLES, now=clock.now())


@staff.route("/nowy", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def invite() -> str | Response:
    """Invite somebody: the link is shown once, to hand over, and goes out by e-mail when mail is set up."""
    form = InviteForm()
    if not form.validate_on_submit():
        return render_template("staff/invite.html", form=form)
    with transaction() as session:
        details = form.details(form.e_mail.data or "")
        invited = actions.invite_staff(session, details, by=actor(), now=clock.now())
        if invited.account is None:
            discard(session)
        else:
            account_id = invited.account.id
            remember_answer(session, url_for("staff.account", account_id=account_id))
    if not invited.verdict.allowed:
        for reason in invited.verdict.reasons:
            form.say_no("e_mail", say(reason))
        return render_template("staff/invite.html", form=form)
    return _show_link(account_id, invited.link)


def _show_link(account_id: int, link: str) -> Response:
    """On to the account, where the link is shown this once; it travels sealed in the administrator's own cookie."""
    cookie[_LINK] = [account_id, seal(link)]
    return redirect(url_for("staff.account", account_id=account_id))


def _link_to_show(account_id: int) -> str:
    owner, sealed = cookie.pop(_LINK, (0, ""))
    try:
        return unseal(sealed) if owner == account_id else ""
    except (CannotOpen, ValueError):
        return ""


@staff.route("/<int:account_id>", methods=["GET", "POST"])
@staff_with("administrator")
@answers_once
def account(account_id: int) -> str | Response:
    """One account: roles, number of the authorisation, invitation, closing."""
    row = _account_or_404(account_id)
    form = AccountForm() if request.method == "POST" else AccountForm.of(row)
    verdict = Verdict()
    if form.validate_on_submit():
        with transaction() as session:
            details = form.details(row.e_mail)
            verdict = actions.update_account(session, account_id, details, by=actor(), now=clock.now())
        if verdict.allowed:
            flash(_("Zapisano. Zmiana działa od razu."), "success")
            return redirect(url_for("staff.account", account_id=account_id))
    return _account_page(row, form, verdict)


def _account_page(row: StaffAccount, form: AccountForm, verdict: Verdict) -> str:
    return render_template(
        "staff/account.html",
        account=row,
        form=form,
        reasons=[say(reason) for reason in verdict.reasons],
        link=_link_to_show(row.id),
        hours=INVITATION_HOURS,
        now=clock.now(),
        mine=row.id == current_identity().id,
    )


@staff.post("/<int:account_id>/zaproszenie")
@staff_with("administrator")
@answers_once
def renew_invitation(account_id: int) -> Response:
    """A new link for somebody who has not taken up the first."""
    _account_or_404(account_id)
    with transaction() as session:
        invited = actions.renew_invitation(session, account_id, by=actor(), now=clock.now())
    return _answer(account_id, invited)


@staff.post("/<int:account_id>/odnow-logowanie")
@staff_with("administrator")
@answers_once
def reset_second_factor(account_id: int) -> Response:
    """A lost phone or password of somebody else: a new invitation."""
    _account_or_404(account_id)
    with transaction() as session:
        invited = actions.reset_sign_in(session, account_id, by=actor(), now=clock.now())
    return _answer(account_id, invited)


def _answer(account_id: int, invited: actions.Invited) -> Response:
    for reason in invited.verdict.reasons:
        flash(say(reason), "danger")
    if invited.link:
        return _show_link(account_id, invited.link)
    return redirect(url_for("staff.account", account_id=account_id))


@staff.post("/<int:account_id>/wylacz")
@staff_with("administrator")
@answers_once
def deactivate(account_id: int) -> Response:
    """Close an account; whoever is signed in with it is out at once."""
    _account_or_404(account_id)
    with transaction() as session:
        verdict = actions.deactivate_account(session, account_id, by=actor(), now=clock.now())
    flash_outcome(verdict, _("Konto wyłączone. Ta osoba jest już wylogowana."), refused="danger")
    return redirect(url_for("staff.account", account_id=account_id))


@staff.post("/<int:account_id>/wlacz")
@staff_with("administrator")
@answers_once
def reactivate(account_id: int) -> Response:
    """Open a closed account again."""
    _account_or_404(account_id)
    with transaction() as session:
        actions.reactivate_account(session, account_id, by=actor(), now=clock.now())
    flash(_("Konto włączone."), "success")
    return redirect(url_for("staff.account", account_id=account_id))

"""Pages of residents about themselves, and of representatives about those they stand up for."""

from __future__ import annotations

from functools import partial

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.journal.labels import label_of
from services_app.journal.queries import views_of
from services_app.residents import labels
from services_app.residents.actions import RegisterAnswer, change_wishes
from services_app.residents.actions.locking import locked_resident
from services_app.residents.forms import WishesForm, shown_wishes
from services_app.residents.forms.reading import BESIDE
from services_app.residents.models import Representative, Resident
from services_app.residents.queries import people_of
from services_app.residents.views.blueprint import me_or_404, residents
from services_app.residents.views.rights import zip_download
from services_app.staff.labels import ROLES
from services_app.staff.models import StaffAccount
from services_app.verdict import Verdict
from services_app.web.access import Identity, current_identity
from services_app.web.access import residents as for_residents
from services_app.web.as_it_was import unless_overtaken
from services_app.web.once import answers_once
from services_app.web.paging import page_number


@residents.get("/moje-dane")
@for_residents
def my_data() -> str:
    """What we hold, and who looked at it."""
    identity = current_identity()
    if identity.kind == "representative":
        me = db.session.get_one(Representative, identity.id)
        return render_template("residents/my_data_representative.html", me=me, labels=labels)
    resident = me_or_404()
    views = views_of(db.session(), resident.id, most=50)
    roles = _roles_of({view.actor_id for view in views if view.actor_kind == "staff" and view.actor_id is not None})
    return render_template(
        "residents/my_data.html", resident=resident, views=views, roles=roles, labels=labels, deed_label=label_of
    )


def _roles_of(account_ids: set[int]) -> dict[int, list[str]]:
    """The roles of those members of staff, as Polish words marked for translation."""
    accounts = db.session.scalars(select(StaffAccount).where(StaffAccount.id.in_(account_ids)))
    return {account.id: [ROLES[role] for role in sorted(account.role_words) if role in ROLES] for account in accounts}


@residents.route("/moje-dane/zmien", methods=["GET", "POST"])
@for_residents
@answers_once
def change_my_data() -> AnyResponse | str:
    """Change contact, language, how to be told, how one gets about."""
    resident = me_or_404()
    form = WishesForm.about(shown_wishes(resident))
    if not form.validate_on_submit():
        return render_template("residents/change_my_data.html", form=form)
    held = partial(locked_resident, resident_id=resident.id)
    answer = unless_overtaken(form, held, shown_wishes, partial(_change, form))
    if answer is None or answer.resident is None:
        form.say_refusal(Verdict() if answer is None else answer.verdict, BESIDE)
        return render_template("residents/change_my_data.html", form=form)
    flash(_("Zapisaliśmy zmiany."), "success")
    return redirect(url_for("residents.my_data"))


def _change(form: WishesForm, session: Session, me: Resident | None) -> RegisterAnswer:
    if me is None:
        abort(404)  # erased since the page was opened
    return change_wishes(session, me.id, form.wishes(me), by=actor(), now=clock.now())


@residents.get("/moje-dane/kopia.zip")
@for_residents
def my_data_export() -> Response:
    """A copy of everything: to read and for machines."""
    resident = me_or_404()
    note_reading("resident_data_copied_read", ("resident", resident.id), resident.id)
    return zip_download(resident)


@residents.get("/moje-osoby")
@for_residents
def my_people() -> str:
    """Those a representative stands up for: a daughter's two, a clinic's many with a search."""
    identity = current_identity()
    if not isinstance(identity, Identity) or identity.kind != "representative":
        abort(404)
    text = request.args.get("q", "").strip()[:120]
    page = page_number()
    found = people_of(db.session(), identity, today=clock.today(), text=text, page=page)
    return render_template("residents/my_people.html", found=found, q=text, labels=labels)

"""Where the pages hang, and what several of them need."""

from __future__ import annotations

from flask import Blueprint, current_app, request, url_for
from markupsafe import Markup

from services_app.sealed import CannotOpen, seal, unseal
from services_app.staff.actions import Limits
from services_app.staff.models import StaffAccount
from services_app.staff.second_factor import key_in_groups, new_secret, qr_picture
from services_app.web.access import Identity, declared_access
from services_app.web.contact import centre

staff = Blueprint("staff", __name__, url_prefix="/pracownicy")


def limits() -> Limits:
    """How many tries, as configured."""
    return Limits(int(current_app.config["SIGN_IN_TRIES"]), int(current_app.config["SIGN_IN_LOCK_MINUTES"]))


def address() -> str:
    """Where the request comes from, as far as the configured proxies are believed."""
    return request.remote_addr or ""


def home_of(identity: Identity) -> str:
    """Where somebody's work begins."""
    access = declared_access("dashboard.morning")
    return url_for("dashboard.morning" if access and access.admits(identity) else "staff.my_account")


def names_known(account: StaffAccount) -> tuple[str, ...]:
    """What a password of this person must not consist of."""
    return (account.name, account.e_mail, centre().name, centre().short_name, centre().city)


# --- a key on its way to a phone: it travels sealed in the page, so that showing it writes nothing ---------------------------------------


def sealed_key(account_id: int) -> str:
    """A new key for this account, sealed."""
    return seal(f"second factor|{account_id}|{new_secret()}")


def opened_key(sealed: str | None, account_id: int) -> str | None:
    """The key again, if it was made for this account."""
    try:
        kind, owner, secret = unseal(sealed or "").split("|")
    except (CannotOpen, ValueError):
        return None
    return secret if kind == "second factor" and owner == str(account_id) else None


def key_to_show(secret: str, account: StaffAccount) -> dict[str, object]:
    """What the page of a new phone shows: the picture and the same key in letters."""
    picture = qr_picture(secret, account.e_mail, centre().short_name)
    # the picture is drawn by us; the address inside it became squares
    return {"picture": Markup(picture), "letters": key_in_groups(secret)}  # noqa: S704 - drawn by us

"""Polish words of roles, and of what is done with accounts."""

from __future__ import annotations

from services_app.journal import labels as journal
from services_app.wording import N_

ROLES: dict[str, str] = {
    "operator": N_("Operator telefonu"),
    "coordinator": N_("Koordynator przejazdów"),
    "driver": N_("Kierowca"),
    "clerk": N_("Pracownik merytoryczny"),
    "caps_coordinator": N_("Koordynator zbiórki nakrętek"),
    "manager": N_("Kierownik"),
    "auditor": N_("Audytor"),
    "administrator": N_("Administrator"),
}

ROLE_HINTS: dict[str, str] = {
    "operator": N_("przyjmuje telefony i zapisuje przejazdy"),
    "coordinator": N_("sprawdza warunki, układa dzień, decyduje o wyjątkach"),
    "driver": N_("widzi swoje kursy"),
    "clerk": N_("prowadzi wnioski mieszkańców"),
    "caps_coordinator": N_("prowadzi zbiórkę nakrętek"),
    "manager": N_("ogląda zestawienia i dziennik"),
    "auditor": N_("ogląda dziennik, niczego nie zmienia"),
    "administrator": N_("zaprasza pracowników i zmienia ustawienia"),
}

journal.register_subject("staff_account", N_("konto pracownika"))
for _deed, _words in {
    "staff_invited": N_("zaproszono pracownika"),
    "staff_invitation_taken": N_("pracownik przyjął zaproszenie"),
    "staff_account_made": N_("założono konto pracownika"),
    "staff_changed": N_("zmieniono konto pracownika"),
    "staff_deactivated": N_("wyłączono konto pracownika"),
    "staff_reactivated": N_("włączono konto pracownika"),
    "staff_signed_in": N_("logowanie pracownika"),
    "staff_signed_out": N_("wylogowanie pracownika"),
    "staff_sign_in_failed": N_("nieudane logowanie pracownika"),
    "staff_password_changed": N_("pracownik zmienił hasło"),
    "staff_second_factor_set": N_("pracownik ustawił drugi krok logowania"),
    "staff_sign_in_reset": N_("unieważniono hasło i drugi krok logowania pracownika"),
    "staff_sessions_ended": N_("pracownik zakończył swoje inne sesje"),
}.items():
    journal.register(_deed, _words)

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_in_words(user_agent: str) -> str:
    """What a browser says about itself, in two words: ``Firefox, Windows``; empty when it says nothing known."""
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), "")
    system = next((words for sign, words in _SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)

"""Polish words of messaging."""

from __future__ import annotations

from services_app.journal import labels as journal
from services_app.messaging.terms import Channel, MessageState
from services_app.wording import N_

CHANNELS: dict[str, str] = {
    Channel.SMS: N_("SMS"),
    Channel.E_MAIL: N_("E-mail"),
    Channel.CALL: N_("Telefon"),
}

STATES: dict[str, str] = {
    MessageState.CREATED: N_("czeka na wysłanie"),
    MessageState.SENDING: N_("właśnie wychodzi"),
    MessageState.SENT: N_("wysłana"),
    MessageState.DELIVERED: N_("doręczona"),
    MessageState.TEMPORARY_FAILURE: N_("nie wyszła, spróbujemy znów"),
    MessageState.PERMANENT_FAILURE: N_("nie doszła"),
    MessageState.EXPIRED: N_("przestała być potrzebna"),
    MessageState.WITHDRAWN: N_("wycofana"),
}

TONES: dict[str, str] = {
    MessageState.CREATED: "waiting",
    MessageState.SENDING: "waiting",
    MessageState.SENT: "info",
    MessageState.DELIVERED: "good",
    MessageState.TEMPORARY_FAILURE: "waiting",
    MessageState.PERMANENT_FAILURE: "bad",
    MessageState.EXPIRED: "neutral",
    MessageState.WITHDRAWN: "neutral",
}

LANGUAGES: dict[str, str] = {"pl": N_("polski"), "en": N_("angielski"), "uk": N_("ukraiński")}

_FAILURES: dict[str, str] = {
    "smsapi_13": N_("Nie ma takiego numeru."),
    "smsapi_12": N_("Wiadomość jest za długa."),
    "smsapi_101": N_("Bramka SMS nie przyjęła hasła. Powiedz administratorowi."),
    "smsapi_103": N_("Na koncie SMS brakuje środków. Powiedz administratorowi."),
    "status_401": N_("Nie ma takiego numeru."),
    "status_402": N_("Telefon był za długo wyłączony."),
    "status_405": N_("Telefon nie przyjął wiadomości."),
    "status_406": N_("Sieć nie przekazała wiadomości."),
    "status_407": N_("Sieć odrzuciła wiadomość."),
    "smtp_550": N_("Nie ma takiego adresu e-mail."),
    "smtp_552": N_("Skrzynka e-mail jest pełna."),
    "timeout": N_("Bramka nie odpowiada."),
    "channel_not_set_up": N_("Wysyłanie nie jest ustawione. Powiedz administratorowi."),
    "lease_ran_out": N_("Wysyłanie przerwano. Spróbujemy znów."),
    "outcome_unknown": N_("Nie wiadomo, czy doszła. Upewnij się przez telefon."),
    "no_answer": N_("Nikt nie odbiera."),
}


def failure_in_words(failure: str | None) -> str:
    """Why a message did not go out, as a marked sentence; a general one for what nobody foresaw."""
    return _FAILURES.get(failure or "", N_("Bramka albo poczta nie przyjęła wiadomości."))


journal.register_subject("message", N_("wiadomość"))
journal.register_subject("message_text", N_("treść wiadomości"))
for _deed, _words in {
    "call_told": N_("powiadomiono przez telefon"),
    "call_not_answered": N_("nikt nie odebrał telefonu"),
    "message_sent_again": N_("wysłano wiadomość jeszcze raz"),
    "message_text_changed": N_("zmieniono treść wiadomości"),
    "message_text_restored": N_("przywrócono pierwotną treść wiadomości"),
}.items():
    journal.register(_deed, _words)
journal.register("message_read", N_("obejrzano wiadomość"), reading=True)

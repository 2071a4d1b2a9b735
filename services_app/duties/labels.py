"""Polish words of the office's own duties."""

from __future__ import annotations

from services_app.duties.terms import (
    AccessDecision,
    AnswerBy,
    BreachKind,
    Decision,
    RequestChannel,
    RequestState,
    ReviewOutcome,
    Risk,
)
from services_app.journal import labels as journal
from services_app.wording import N_

ANSWER_BY: dict[AnswerBy, str] = {
    AnswerBy.E_MAIL: N_("E-mail"),
    AnswerBy.SMS: N_("SMS"),
    AnswerBy.CALL: N_("Rozmowa telefoniczna"),
    AnswerBy.LETTER: N_("List"),
}

CHANNELS: dict[RequestChannel, str] = {
    RequestChannel.PHONE: N_("przez telefon"),
    RequestChannel.IN_PERSON: N_("osobiście"),
    RequestChannel.POST: N_("listem"),
    RequestChannel.E_MAIL: N_("e-mailem"),
    RequestChannel.PAGE: N_("na stronie"),
}

REQUEST_STATES: dict[RequestState, str] = {
    RequestState.RECEIVED: N_("czeka na odpowiedź"),
    RequestState.DELAYED: N_("wyznaczono nowy termin"),
    RequestState.DONE: N_("załatwione"),
    RequestState.ALTERNATIVE: N_("zaproponowano inny sposób"),
    RequestState.REFUSED: N_("odmowa"),
}

REQUEST_TONES: dict[RequestState, str] = {
    RequestState.RECEIVED: "waiting",
    RequestState.DELAYED: "waiting",
    RequestState.DONE: "good",
    RequestState.ALTERNATIVE: "info",
    RequestState.REFUSED: "bad",
}

ANSWERS: dict[RequestState, str] = {
    RequestState.DONE: N_("Załatwione: jest dostępne"),
    RequestState.DELAYED: N_("Później: podaję powód i nowy termin"),
    RequestState.ALTERNATIVE: N_("Inny sposób dostępu"),
    RequestState.REFUSED: N_("Odmowa z powodem"),
}

SAID_TO_REQUESTER: dict[RequestState, str] = {
    RequestState.DONE: N_("Zrobione. To, o co chodziło, jest już dostępne."),
    RequestState.DELAYED: N_("Potrzebujemy więcej czasu."),
    RequestState.ALTERNATIVE: N_("Proponujemy inny sposób dostępu."),
    RequestState.REFUSED: N_("Nie możemy tego zrobić."),
}
"""What each answer begins with in a message and on the requester's page."""

REVIEW_OUTCOMES: dict[ReviewOutcome, str] = {
    ReviewOutcome.UNCHANGED: N_("deklaracja jest aktualna"),
    ReviewOutcome.CHANGE_NEEDED: N_("deklaracja wymaga zmiany"),
}

BREACH_KINDS: dict[BreachKind, str] = {
    BreachKind.CONFIDENTIALITY: N_("Poufność: ktoś zobaczył dane, choć nie powinien"),
    BreachKind.INTEGRITY: N_("Integralność: dane zmieniono albo pomieszano"),
    BreachKind.AVAILABILITY: N_("Dostępność: dane zginęły albo nie można ich otworzyć"),
}

RISKS: dict[Risk, str] = {
    Risk.NONE: N_("Mało prawdopodobne"),
    Risk.SOME: N_("Jest ryzyko"),
    Risk.HIGH: N_("Wysokie ryzyko"),
}

UODO_DECISIONS: dict[Decision, str] = {
    Decision.TELL: N_("Zgłaszamy do UODO"),
    Decision.NOT_NEEDED: N_("Nie zgłaszamy"),
}

CSIRT_DECISIONS: dict[Decision, str] = {
    Decision.TELL: N_("Dotyczy systemów: zgłaszamy do CSIRT"),
    Decision.NOT_NEEDED: N_("Nie dotyczy systemów informatycznych"),
}

PEOPLE_DECISIONS: dict[Decision, str] = {
    Decision.TELL: N_("Zawiadamiamy osoby"),
    Decision.NOT_NEEDED: N_("Nie zawiadamiamy"),
}

BREACH_FIELDS: dict[str, str] = {
    "found_at": N_("stwierdzono"),
    "happened": N_("co się stało"),
    "when_happened": N_("kiedy do tego doszło"),
    "kinds": N_("rodzaj naruszenia"),
    "people": N_("kategorie osób"),
    "people_count": N_("liczba osób"),
    "records": N_("kategorie wpisów"),
    "records_count": N_("liczba wpisów"),
    "consequences": N_("możliwe skutki"),
    "measures": N_("podjęte środki"),
    "risk": N_("ryzyko dla osób"),
    "uodo_decision": N_("decyzja o UODO"),
    "uodo_reason": N_("powód decyzji o UODO"),
    "uodo_told_at": N_("zgłoszono do UODO"),
    "uodo_reference": N_("numer zgłoszenia do UODO"),
    "uodo_late_reason": N_("powód opóźnienia"),
    "csirt_decision": N_("decyzja o CSIRT"),
    "csirt_told_at": N_("zgłoszono do CSIRT"),
    "csirt_reference": N_("numer zgłoszenia do CSIRT"),
    "people_decision": N_("decyzja o zawiadomieniu osób"),
    "people_reason": N_("powód decyzji o osobach"),
    "people_told_on": N_("zawiadomiono osoby"),
    "people_told_how": N_("jak zawiadomiono osoby"),
}
"""The fields of an entry, as its history and the export name them."""

ACCESS_DECISIONS: dict[AccessDecision, str] = {
    AccessDecision.KEEP: N_("zostaje"),
    AccessDecision.TAKE_AWAY: N_("odebrany"),
}

journal.register_subject("accessibility_request", N_("żądanie dostępności"))
journal.register_subject("statement_review", N_("przegląd deklaracji dostępności"))
journal.register_subject("data_breach", N_("naruszenie danych"))
journal.register_subject("incident_contact", N_("osoba kontaktowa do incydentów"))
journal.register_subject("access_review", N_("przegląd uprawnień"))
journal.register_subject("retention_rule", N_("okres przechowywania"))
journal.register_subject("retention_run", N_("usunięcie po okresie przechowywania"))
for _deed, _words in {
    "accessibility_request_received": N_("przyjęto żądanie dostępności"),
    "accessibility_request_answered": N_("odpowiedziano na żądanie dostępności"),
    "accessibility_letter_sent": N_("wysłano list w sprawie dostępności"),
    "statement_reviewed": N_("przejrzano deklarację dostępności"),
    "breach_reported": N_("zgłoszono incydent"),
    "breach_changed": N_("zmieniono wpis o naruszeniu danych"),
    "breach_closed": N_("zamknięto wpis o naruszeniu danych"),
    "breach_reopened": N_("otwarto ponownie wpis o naruszeniu danych"),
    "incident_contact_changed": N_("zmieniono osobę kontaktową do incydentów"),
    "access_review_begun": N_("rozpoczęto przegląd uprawnień"),
    "access_confirmed": N_("potwierdzono uprawnienia konta"),
    "access_taken_away": N_("odebrano dostęp przy przeglądzie"),
    "access_review_finished": N_("zakończono przegląd uprawnień"),
    "training_recorded": N_("zapisano szkolenie pracownika"),
    "retention_rule_changed": N_("zmieniono okres przechowywania"),
    "erasure_decided": N_("zdecydowano o usunięciu danych osoby"),
    "retention_deleted": N_("usunięto dane po okresie przechowywania"),
}.items():
    journal.register(_deed, _words)
journal.register("accessibility_request_read", N_("otwarto żądanie dostępności"), reading=True)
journal.register("data_breach_read", N_("otwarto wpis o naruszeniu danych"), reading=True)
journal.register("data_breaches_exported", N_("pobrano rejestr naruszeń do pliku"), reading=True)

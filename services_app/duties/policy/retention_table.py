"""What is kept, whose, why, on what basis, since when, who removes it: the retention table and register of processing in one. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from services_app.duties.terms import Kept, LetGo
from services_app.wording import N_


@dataclass(frozen=True)
class KeptClass:
    """One row. ``period`` is in words where it is fixed by law or by the program; else the office sets years."""

    name: str
    people: str
    purpose: str
    basis: str
    recipients: str
    starts: str
    let_go: LetGo
    period: str = ""


_STAFF_ONLY = N_("pracownicy według ról")
_WITH_CARRIERS = N_(
    "pracownicy według ról; kierowca przejazdu; firmy, które wysyłają SMS-y i utrzymują serwer, na zlecenie"
)
_PUBLIC_TASK = N_("zadanie publiczne: RODO art. 6 ust. 1 lit. e, art. 9 ust. 2 lit. b i g; uchwałę wskaże urząd")
_PUBLIC_TASK_AND_CONSENT = N_(
    "zadanie publiczne: RODO art. 6 ust. 1 lit. e, art. 9 ust. 2 lit. b i g; uchwałę wskaże urząd. "
    "Kontakt do bliskich: zgoda, art. 6 ust. 1 lit. a"
)
_LEGAL_DUTY_AND_HEALTH = N_("obowiązek prawny: RODO art. 6 ust. 1 lit. c. Słowa o zdrowiu: art. 9 ust. 2 lit. g")
_LEGAL_DUTY = N_("obowiązek prawny: RODO art. 6 ust. 1 lit. c")

TABLE: dict[Kept, KeptClass] = {
    Kept.PERSON: KeptClass(
        N_("Karta osoby: imię, nazwisko, PESEL lub dokument, adres, telefony, sprawność, zgody"),
        N_("mieszkańcy i ich bliscy"),
        N_("rozpoznać osobę, przyjechać po nią i ją powiadomić"),
        _PUBLIC_TASK_AND_CONSENT,
        _WITH_CARRIERS,
        N_("koniec udziału w programie, ostatni przejazd albo odmowa"),
        LetGo.CONFIRMED,
    ),
    Kept.RIDE: KeptClass(
        N_("Przejazd: dokąd, po co, notatki. Dzień, stan i rodzaj celu zostają do statystyki"),
        N_("mieszkańcy"),
        N_("zaplanować i rozliczyć przejazd, policzyć limity"),
        _PUBLIC_TASK,
        _WITH_CARRIERS,
        N_("dzień przejazdu"),
        LetGo.CONFIRMED,
    ),
    Kept.MESSAGE: KeptClass(
        N_("Wiadomości: adres i treść"),
        N_("mieszkańcy, bliscy, pracownicy"),
        N_("wysłać i móc pokazać, co wysłano"),
        _PUBLIC_TASK,
        _WITH_CARRIERS,
        N_("wysłanie"),
        LetGo.CONFIRMED,
    ),
    Kept.DATA_REQUEST: KeptClass(
        N_("Wnioski o dane: treść i odpowiedź. Rodzaj i dni zostają"),
        N_("mieszkańcy"),
        N_("dowód odpowiedzi w terminie"),
        _LEGAL_DUTY,
        _STAFF_ONLY,
        N_("odpowiedź"),
        LetGo.CONFIRMED,
    ),
    Kept.ACCESSIBILITY: KeptClass(
        N_("Żądania dostępności: kto, kontakt, treść. Dni i wynik zostają"),
        N_("osoby, które żądają dostępności"),
        N_("usunąć barierę i odpowiedzieć w terminie"),
        _LEGAL_DUTY_AND_HEALTH,
        _WITH_CARRIERS,
        N_("odpowiedź"),
        LetGo.CONFIRMED,
    ),
    Kept.APPLICATION: KeptClass(
        N_("Zgłoszenia z internetu: kto, kontakt, odpowiedzi. Dni i wynik zostają"),
        N_("osoby, które się zgłaszają, i ich bliscy"),
        N_("potwierdzić zgłoszenie i odpowiedzieć"),
        _PUBLIC_TASK,
        _WITH_CARRIERS,
        N_("przyjęcie, odmowa albo rezygnacja; bez decyzji: dzień zgłoszenia"),
        LetGo.CONFIRMED,
    ),
    Kept.BREACH: KeptClass(
        N_("Rejestr naruszeń"),
        N_("osoby, których dotyczy naruszenie"),
        N_("dowód według RODO art. 33 ust. 5"),
        _LEGAL_DUTY,
        N_("kierownik i administrator; na żądanie Urząd Ochrony Danych Osobowych i krajowy zespół reagowania na incydenty"),
        N_("wpis"),
        LetGo.STAYS,
        N_("tak długo, jak działa ośrodek"),
    ),
    Kept.ACCESS_REVIEW: KeptClass(
        N_("Protokoły przeglądu uprawnień, szkolenia"),
        N_("pracownicy"),
        N_("dowód, że uprawnienia są sprawdzane"),
        _LEGAL_DUTY,
        N_("kierownik, administrator, audytor"),
        N_("koniec przeglądu"),
        LetGo.STAYS,
        N_("tak długo, jak działa ośrodek"),
    ),
    Kept.STAFF_ACCOUNT: KeptClass(
        N_("Konto pracownika"),
        N_("pracownicy"),
        N_("wiedzieć, kto co zrobił"),
        _LEGAL_DUTY,
        N_("administrator"),
        N_("zamknięcie konta"),
        LetGo.STAYS,
        N_("tak długo, jak wymienia je dziennik"),
    ),
    Kept.JOURNAL: KeptClass(
        N_("Dziennik: kto co zrobił i czyje dane otworzył"),
        N_("pracownicy, mieszkańcy, bliscy"),
        N_("rozliczalność (Krajowe Ramy Interoperacyjności, RODO art. 5 ust. 2)"),
        _LEGAL_DUTY,
        N_("audytor, kierownik, administrator; mieszkaniec o sobie"),
        N_("wpis"),
        LetGo.NIGHTLY,
        N_("2 lata"),
    ),
    Kept.DRAFT: KeptClass(
        N_("Niedokończone zamówienie"),
        N_("mieszkańcy"),
        N_("żeby nie przepadło to, co wpisano"),
        _PUBLIC_TASK,
        _STAFF_ONLY,
        N_("ostatnia odpowiedź"),
        LetGo.NIGHTLY,
        N_("24 godziny"),
    ),
    Kept.SIGN_IN: KeptClass(
        N_("Kody logowania i sesje"),
        N_("mieszkańcy, bliscy, pracownicy"),
        N_("logowanie"),
        _PUBLIC_TASK,
        N_("nikt"),
        N_("wysłanie kodu, logowanie"),
        LetGo.NIGHTLY,
        N_("kod: 40 minut; sesja: 12 godzin. Zostaje tylko, kiedy pracownik logował się ostatnio"),
    ),
    Kept.REPEATED: KeptClass(
        N_("Numery wysłanych formularzy i liczniki prób, bez nazwisk i adresów"),
        N_("wszyscy, którzy coś wysłali"),
        N_("żeby nic nie stało się dwa razy i nikt nie zgadywał haseł"),
        _LEGAL_DUTY,
        N_("nikt"),
        N_("wysłanie"),
        LetGo.NIGHTLY,
        N_("7 dni"),
    ),
    Kept.LOGS: KeptClass(
        N_("Zapisy techniczne, bez danych osobowych"),
        N_("nikt z nazwiska"),
        N_("znaleźć usterkę (Krajowe Ramy Interoperacyjności)"),
        _LEGAL_DUTY,
        N_("administrator serwera"),
        N_("zapis"),
        LetGo.SERVER,
        N_("2 lata"),
    ),
    Kept.BACKUPS: KeptClass(
        N_("Kopie zapasowe"),
        N_("wszyscy powyżej"),
        N_("odtworzyć dane po awarii (RODO art. 32)"),
        _LEGAL_DUTY,
        N_("administrator serwera"),
        N_("kopia"),
        LetGo.SERVER,
        N_("14 dni, jedna w miesiącu przez rok"),
    ),
}  # fmt: skip
"""Every set of data there is, in the order it is shown."""

WHO_LETS_GO: dict[LetGo, str] = {
    LetGo.CONFIRMED: N_("administrator, po potwierdzeniu"),
    LetGo.NIGHTLY: N_("program, co noc"),
    LetGo.SERVER: N_("serwer ośrodka"),
    LetGo.STAYS: N_("nikt, zostaje"),
}

OF_STAFF = frozenset({Kept.ACCESS_REVIEW, Kept.STAFF_ACCOUNT})
"""The sets about nobody but staff: not for the page on which residents read what happens with their data."""

ASKED_OF_OFFICE = tuple(kept for kept, row in TABLE.items() if row.let_go is LetGo.CONFIRMED)
"""The sets whose period the office sets by its file plan."""

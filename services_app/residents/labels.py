"""The register's words as people read them: Polish, marked for translation. Pure."""

from __future__ import annotations

from services_app.residents.terms import (
    Assistance,
    ConsentHow,
    DataRequestKind,
    Likeness,
    Mobility,
    RepresentativeKind,
    Scope,
    Sex,
    ToldBy,
)
from services_app.wording import N_

SEXES = {Sex.FEMALE: N_("kobieta"), Sex.MALE: N_("mężczyzna")}
TOLD_BY = {ToldBy.SMS: N_("SMS"), ToldBy.E_MAIL: N_("e-mail"), ToldBy.CALL: N_("rozmowa telefoniczna")}
MOBILITIES = {
    Mobility.WALKS: N_("chodzi bez pomocy"),
    Mobility.CANE: N_("chodzi o lasce lub o kulach"),
    Mobility.WALKER: N_("chodzi z balkonikiem"),
    Mobility.FOLDING_WHEELCHAIR: N_("wózek składany (przesiada się)"),
    Mobility.FIXED_WHEELCHAIR: N_("wózek nieskładany (jedzie w wózku)"),
    Mobility.LYING: N_("tylko na leżąco"),
}
OWN_MOBILITIES = {
    Mobility.WALKS: N_("Chodzę bez pomocy"),
    Mobility.CANE: N_("Chodzę o lasce lub o kulach"),
    Mobility.WALKER: N_("Chodzę z balkonikiem"),
    Mobility.FOLDING_WHEELCHAIR: N_("Jeżdżę na wózku składanym i przesiadam się do auta"),
    Mobility.FIXED_WHEELCHAIR: N_("Jeżdżę na wózku i jadę w nim w aucie"),
    Mobility.LYING: N_("Mogę jechać tylko na leżąco"),
}
ASSISTANCES = {
    Assistance.KERB: N_("przy samochodzie"),
    Assistance.DOOR: N_("do drzwi budynku"),
    Assistance.THROUGH_DOOR: N_("do drzwi mieszkania i gabinetu"),
}
"""How far the driver helps: stands after the word for help."""
REPRESENTATIVE_KINDS = {
    RepresentativeKind.RELATIVE: N_("ktoś z rodziny"),
    RepresentativeKind.CARER: N_("opiekun lub opiekunka"),
    RepresentativeKind.CLINIC: N_("przychodnia"),
    RepresentativeKind.INSTITUTION: N_("inna instytucja"),
}
SCOPES = {
    Scope.BOOK: N_("zamawia, zmienia i odwołuje przejazdy"),
    Scope.SEE: N_("tylko widzi przejazdy"),
    Scope.TOLD: N_("tylko dostaje wiadomości"),
}
OWN_REPRESENTATIVE_KINDS = {
    RepresentativeKind.RELATIVE: N_("Ktoś z rodziny"),
    RepresentativeKind.CARER: N_("Opiekun lub opiekunka"),
    RepresentativeKind.CLINIC: N_("Przychodnia"),
    RepresentativeKind.INSTITUTION: N_("Inna instytucja"),
}
OWN_SCOPES = {
    Scope.BOOK: N_("Zamawia, zmienia i odwołuje moje przejazdy"),
    Scope.SEE: N_("Tylko widzi moje przejazdy"),
    Scope.TOLD: N_("Tylko dostaje wiadomości o moich przejazdach"),
}
CONSENT_WAYS = {
    ConsentHow.IN_PERSON: N_("osobiście"),
    ConsentHow.BY_PHONE: N_("przez telefon"),
    ConsentHow.ON_PAPER: N_("na piśmie"),
    ConsentHow.ONLINE: N_("przez stronę"),
}
DATA_REQUESTS = {
    DataRequestKind.ACCESS: N_("dostęp do danych i kopia (art. 15)"),
    DataRequestKind.CORRECTION: N_("sprostowanie danych (art. 16)"),
    DataRequestKind.ERASURE: N_("usunięcie danych (art. 17)"),
    DataRequestKind.RESTRICTION: N_("ograniczenie przetwarzania (art. 18)"),
    DataRequestKind.PORTABILITY: N_("przeniesienie danych (art. 20)"),
    DataRequestKind.OBJECTION: N_("sprzeciw (art. 21)"),
}
LIKENESSES = {
    Likeness.SAME_PESEL: N_("ten sam PESEL"),
    Likeness.SAME_DOCUMENT: N_("ten sam dokument"),
    Likeness.BIRTH_AND_NAME: N_("ta sama data urodzenia i podobne nazwisko"),
    Likeness.PHONE_AND_NAME: N_("ten sam telefon i podobne nazwisko"),
    Likeness.ADDRESS_AND_NAME: N_("ten sam adres i nazwisko"),
}
LANGUAGES = {"pl": N_("polski"), "en": N_("angielski"), "uk": N_("ukraiński")}

TABLES = {
    "residents": N_("Dane osobowe"),
    "resident_phones": N_("Telefony"),
    "resident_search_words": N_("Słowa, po których Cię znajdujemy"),
    "representations": N_("Zgody na działanie w Twoim imieniu"),
    "representatives": N_("Kto może działać w Twoim imieniu"),
    "personal_data_requests": N_("Wnioski o dane"),
    "messages": N_("Wiadomości"),
    "message_events": N_("Przebieg wysyłki wiadomości"),
    "sign_ins": N_("Logowania"),
    "journal_entries": N_("Kto i kiedy używał Twoich danych"),
    "rides": N_("Przejazdy"),
    "legs": N_("Odcinki przejazdów"),
    "ride_legs": N_("Odcinki przejazdów"),
    "ride_steps": N_("Przebieg przejazdów"),
    "ride_enrolments": N_("Udział w programie"),
    "ride_enrolment_conditions": N_("Warunki udziału"),
    "ride_refusals": N_("Odmowy"),
    "saved_places": N_("Zapisane miejsca"),
    "join_applications": N_("Zgłoszenia z internetu"),
}
"""Titles in the copy of one's data; a table without one is named as it is."""

COLUMNS = {
    "first_name": N_("Imię"),
    "last_name": N_("Nazwisko"),
    "name": N_("Nazwa"),
    "pesel": N_("PESEL"),
    "other_document": N_("Inny dokument"),
    "birth_on": N_("Data urodzenia"),
    "sex": N_("Płeć"),
    "street": N_("Ulica"),
    "house_number": N_("Numer domu"),
    "flat_number": N_("Numer mieszkania"),
    "postcode": N_("Kod pocztowy"),
    "town": N_("Miejscowość"),
    "staircase": N_("Klatka"),
    "floor": N_("Piętro"),
    "has_lift": N_("Winda"),
    "gate_code": N_("Kod do bramy"),
    "driver_note": N_("Uwagi dla kierowcy"),
    "latitude": N_("Szerokość geograficzna"),
    "longitude": N_("Długość geograficzna"),
    "place_is_exact": N_("Położenie dokładne"),
    "e_mail": N_("E-mail"),
    "language": N_("Język"),
    "told_by": N_("Sposób powiadamiania"),
    "mobility": N_("Poruszanie się"),
    "assistance": N_("Pomoc kierowcy"),
    "usual_companion": N_("Kto zwykle towarzyszy"),
    "notes": N_("Uwagi"),
    "note": N_("Uwaga"),
    "number": N_("Numer"),
    "land_line": N_("Telefon stacjonarny"),
    "created_at": N_("Utworzono"),
    "changed_at": N_("Zmieniono"),
    "kind": N_("Rodzaj"),
    "scope": N_("Zakres"),
    "said_name": N_("Kto, Twoimi słowami"),
    "said_kind": N_("Kim jest, Twoimi słowami"),
    "consented_at": N_("Zgoda z dnia"),
    "revoked_at": N_("Cofnięto"),
    "valid_until": N_("Ważne do"),
    "received_at": N_("Wpłynęło"),
    "answer_by": N_("Odpowiedź do"),
    "answered_at": N_("Odpowiedziano"),
    "body": N_("Treść"),
    "subject": N_("Temat"),
    "address": N_("Adres"),
    "sent_at": N_("Wysłano"),
    "state": N_("Stan"),
    "at": N_("Kiedy"),
    "deed": N_("Co zrobiono"),
    "on": N_("Dzień"),
    "purpose": N_("Cel"),
    "channel": N_("Sposób powiadamiania"),
}

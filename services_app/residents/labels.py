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
DEEDS = {
    Scope.BOOK: N_("zamawiać, zmieniać i odwoływać przejazdy"),
    Scope.SEE: N_("tylko widzieć przejazdy"),
    Scope.TOLD: N_("tylko dostawać wiadomości o przejazdach"),
}
"""What a scope allows, as after "you may"."""
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

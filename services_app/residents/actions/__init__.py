"""Changing the register."""

from __future__ import annotations

from services_app.residents.actions.adding_online import add_representative
from services_app.residents.actions.letters import new_code_for_letter
from services_app.residents.actions.locating import Locator, StreetNaming, as_typed, middle_of_town
from services_app.residents.actions.registering import (
    RegisterAnswer,
    change_resident,
    change_wishes,
    note_pesel_shown,
    register_resident,
)
from services_app.residents.actions.representing import (
    NewRepresentative,
    Representing,
    record_representation,
    revoke_representation,
    tell_both,
)
from services_app.residents.actions.rights import (
    answer_data_request,
    blank_messages,
    erase_resident,
    erasers,
    receive_data_request,
    restrict_resident,
)
from services_app.residents.actions.signing_in import (
    CodeAnswer,
    choose_person,
    prove_code,
    request_code,
    sign_in_with_letter,
    sweep_sign_in_codes,
)

locate: Locator = middle_of_town
"""Where an address lies: ``(session, town, street, number) -> (latitude, longitude, exact)``. ``places``, which knows streets, puts
its own."""
street_name: StreetNaming = as_typed
"""How a street is written: ``(session, town, street) -> street``. ``places`` puts its own here, too."""

__all__ = [
    "CodeAnswer",
    "Locator",
    "NewRepresentative",
    "RegisterAnswer",
    "Representing",
    "StreetNaming",
    "add_representative",
    "answer_data_request",
    "as_typed",
    "blank_messages",
    "change_resident",
    "change_wishes",
    "choose_person",
    "erase_resident",
    "erasers",
    "locate",
    "middle_of_town",
    "new_code_for_letter",
    "note_pesel_shown",
    "prove_code",
    "receive_data_request",
    "record_representation",
    "register_resident",
    "request_code",
    "restrict_resident",
    "revoke_representation",
    "sign_in_with_letter",
    "street_name",
    "sweep_sign_in_codes",
    "tell_both",
]

"""Forms of the register."""

from __future__ import annotations

from services_app.residents.forms.own import WishesForm, shown_wishes
from services_app.residents.forms.own_representative import OwnRepresentativeForm
from services_app.residents.forms.register import ResidentForm, shown_resident
from services_app.residents.forms.representing import RepresentationForm
from services_app.residents.forms.rights import AnswerForm, DataRequestForm
from services_app.residents.forms.signing_in import CodeForm, ContactForm, LetterForm, WhoForm

__all__ = [
    "AnswerForm",
    "CodeForm",
    "ContactForm",
    "DataRequestForm",
    "LetterForm",
    "OwnRepresentativeForm",
    "RepresentationForm",
    "ResidentForm",
    "WhoForm",
    "WishesForm",
    "shown_resident",
    "shown_wishes",
]

"""Pages of the register: the desk's, and those of residents and representatives."""

from __future__ import annotations

from services_app.residents.views import own as own
from services_app.residents.views import own_representatives as own_representatives
from services_app.residents.views import register as register
from services_app.residents.views import representing as representing
from services_app.residents.views import rights as rights
from services_app.residents.views import signing_in as signing_in
from services_app.residents.views.blueprint import residents as residents

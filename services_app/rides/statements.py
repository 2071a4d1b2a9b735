"""What a person states when joining the programme, by version: an old text stays readable while an enrolment refers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services_app.rides.terms import Condition
from services_app.wording import N_

QUESTIONS: Final[Mapping[Condition, tuple[str, str]]] = {
    Condition.CANNOT_USE_TRANSIT: (N_("Czy trudno Ci jeździć autobusem?"), N_("Czy tej osobie trudno jeździć autobusem?")),
    Condition.LIVES_ALONE: (N_("Czy mieszkasz bez innych osób?"), N_("Czy ta osoba mieszka bez innych osób?")),
    Condition.NO_FAMILY_HELP: (N_("Czy brakuje Ci pomocy rodziny?"), N_("Czy tej osobie brakuje pomocy rodziny?")),
    Condition.HEALTH_LIMITS: (N_("Czy zdrowie utrudnia Ci wychodzenie z domu?"), N_("Czy zdrowie utrudnia tej osobie wychodzenie z domu?")),
    Condition.WHEELCHAIR: (N_("Czy poruszasz się na wózku?"), N_("Czy ta osoba porusza się na wózku?")),
    Condition.SENIOR_CARD: (N_("Czy masz kartę seniora?"), N_("Czy ta osoba ma kartę seniora?")),
    Condition.RESIDENT: (N_("Czy mieszkasz w mieście programu?"), N_("Czy ta osoba mieszka w mieście programu?")),
    Condition.LOCAL_TAXPAYER: (N_("Czy rozliczasz podatki w tym mieście?"), N_("Czy ta osoba rozlicza podatki w tym mieście?")),
    Condition.DISABILITY_LIGHT: (N_("Czy masz orzeczenie o niepełnosprawności?"), N_("Czy ta osoba ma orzeczenie o niepełnosprawności?")),
    Condition.DISABILITY_MODERATE: (
        N_("Czy masz orzeczenie o niepełnosprawności w stopniu umiarkowanym lub znacznym?"),
        N_("Czy ta osoba ma orzeczenie o niepełnosprawności w stopniu umiarkowanym lub znacznym?"),
    ),
    Condition.DISABILITY_SEVERE: (
        N_("Czy masz orzeczenie o niepełnosprawności w stopniu znacznym?"),
        N_("Czy ta osoba ma orzeczenie o niepełnosprawności w stopniu znacznym?"),
    ),
    Condition.INCOME_WITHIN_LIMIT: (N_("Czy Twój dochód mieści się w limicie?"), N_("Czy dochód tej osoby mieści się w limicie?")),
}  # fmt: skip
"""What is asked of a person, and of somebody who answers for a person."""
HINTS: Final[Mapping[Condition, str]] = {
    Condition.CANNOT_USE_TRANSIT: N_("Na przykład trudno wsiąść, dojść na przystanek albo stać w drodze."),
    Condition.LIVES_ALONE: N_("Nikt inny nie mieszka w tym mieszkaniu."),
    Condition.NO_FAMILY_HELP: N_("Nikt z rodziny nie może regularnie pomagać w dojazdach."),
    Condition.HEALTH_LIMITS: N_("Nie pytamy o nazwę choroby."),
    Condition.LOCAL_TAXPAYER: N_("Chodzi o miasto wpisane w rocznym zeznaniu PIT."),
    Condition.DISABILITY_LIGHT: N_("Każdy stopień się liczy."),
}
"""A line below a question, where it helps to answer."""

STATEMENTS: Final[Mapping[str, str]] = {
    "2026-1": N_(
        "Oświadczam, że te odpowiedzi są prawdziwe. Wiem, że koordynator może poprosić o dokument. "
        "Gdy coś się zmieni, powiem o tym."
    ),
}


def statement_text(version: str) -> str:
    """The text of a statement, to be translated when shown; empty for a version nobody knows."""
    return STATEMENTS.get(version, "")

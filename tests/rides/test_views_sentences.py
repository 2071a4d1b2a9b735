"""Fields in a rule's sentence are called by the words before them."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from services_app.rides.terms import RulesState
from services_app.rides.views.sentences import named_by_words
from tests.factories.rides import make_rules
from tests.factories.staff import make_staff
from tests.page import Page


def gap(field: str, label: str) -> Markup:
    return Markup(
        '<label class="govuk-visually-hidden" for="{0}">{1}</label><input class="i" id="{0}" name="{0}" type="text">'
    ).format(field, label)


def names(html: str) -> dict[str, str]:
    """What each field is called."""
    soup = BeautifulSoup(html, "html.parser")

    def words(field: Tag) -> str:
        parts = [soup.find(id=one) for one in str(field.get("aria-labelledby", "")).split()]
        assert all(parts), field
        return " ".join(part.get_text().strip() for part in parts if part)

    return {str(field["id"]): words(field) for field in soup.select("input:not([type=hidden]), select")}


def test_a_field_is_called_by_what_is_read_before_it() -> None:
    sentence = Markup("Najwyżej {}: {} na {}.").format(
        gap("limit", "Ile"), gap("unit", "Co liczymy"), gap("period", "Czas")
    )
    assert names(named_by_words(sentence)) == {
        "limit": "Najwyżej Ile",
        "unit": "Najwyżej Co liczymy",
        "period": "na Czas",
    }


def test_words_are_not_said_twice() -> None:
    sentence = Markup("Kwota w złotych: {}").format(gap("amount", "Kwota w złotych"))
    assert names(named_by_words(sentence)) == {"amount": "Kwota w złotych:"}


def test_what_was_typed_stays_text() -> None:
    typed = Markup("Miasto {}").format(
        Markup('<label class="govuk-visually-hidden" for="t">Miasto</label><input id="t" value="{}">').format('"><b>')
    )
    assert "<b>" not in named_by_words(typed)


def test_no_two_fields_of_the_rules_have_the_same_name_in_one_group(page: Page) -> None:
    version = make_rules(page.session)
    version.state, version.in_force_from, version.published_at = RulesState.DRAFT, None, None
    account = make_staff(page.session, "administrator").id
    version_id = version.id
    page.session.commit()
    page.sign_in("staff", account)
    page.get(f"/przejazdy/zasady/{version_id}/zmien")
    called = [
        (field.find_parent(attrs={"role": "group"}) or field.find_parent("fieldset"), field)
        for field in page.soup.select(".sentence input[type=text], .sentence select")
    ]
    every = names(str(page.soup.main))
    seen = [(id(group), every[str(field["id"])]) for group, field in called]
    assert len(seen) > 30
    assert len(seen) == len(set(seen))

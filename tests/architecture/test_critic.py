"""The page critic finds what it is there to find; a critic that always nods would pass every page."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask, Response, make_response, request
from werkzeug.test import TestResponse

from tests.critic import WellMade, criticise
from tests.page import HOME, FreshClient, Page

GOOD = """<!doctype html>
<html lang="pl"><head><meta charset="utf-8"><title>Próba {number}</title></head>
<body><header><a href="/">Początek</a></header><main><h1>Próba</h1>{body}</main></body></html>"""
STRICT = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=1",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

FAULTS = {
    "<p id=a>x<p id=a>": "has the id 'a' 2 times",
    "<h3>Za nisko</h3>": "skips from h1 to h3",
    "<h1>Drugi</h1>": "has 2 h1",
    '<form><input name="miasto"></form>': "the field 'miasto' has no label",
    '<form><label for="t">Telefon</label><input id="t" name="t" type="tel"></form>': "does not say its autocomplete",
    '<p aria-describedby="nigdzie">x</p>': "which is nowhere",
    "<script>1</script>": "has an inline script",
    '<p style="color:red">x</p>': "has an inline style",
    '<p onclick="x()">x</p>': "has a handler onclick",
    '<a href="/x"></a>': "says nothing",
    '<img src="/x.png">': "has no alt",
    '<img src="https://elsewhere.example/x.png" alt="x">': "from elsewhere",
    "<p>Cena: {{cena}} zł</p>".replace("{{", "{").replace("}}", "}"): "was not filled in",
    "<p>%(ile)s przejazdów</p>": "was not filled in",
    "<p>None</p>": "shows the bare word None",
    "<table><tr><td>1</td></tr></table>": "has a table without a caption",
    '<form method="post" action="/"></form>': "has no csrf_token",
    "<p>44051401359</p>": "shows a whole PESEL",
    "<p><div>x</div></p>": "is not valid HTML",
    "<p>Traceback (most recent call last)</p>": "shows a traceback",
}


def judged(
    body: str, headers: dict[str, str] = STRICT, *, signed_in: bool = False, markup_read: bool = False
) -> list[str]:
    """The findings about a page with this body."""
    app = Flask("judged")

    @app.route("/", methods=["GET", "POST"])
    @app.route("/7", methods=["POST"])
    def answer() -> Response:
        made = make_response(GOOD.replace("{number}", str(abs(hash(body)))).replace("{body}", body))
        made.headers.update(headers)
        return made

    response: TestResponse = app.test_client().get("/", base_url=HOME)
    soup = BeautifulSoup(response.text, "html.parser")
    return criticise(app, response, lambda: soup, signed_in=signed_in, pesel_allowed=False, markup_read=markup_read)


def test_a_good_page_passes() -> None:
    body = '<form><label for="m">Miasto</label><input id="m" name="m"></form><p>44051401358</p>'
    body += '<a href="/zamow/3b8a32f1-9d60-4c30-8311-c44051401359/dokad">Dalej</a>'  # drawn by lot, and nobody's number
    assert judged(body) == []


@pytest.mark.parametrize("body", FAULTS)
def test_each_fault_is_found(body: str) -> None:
    assert any(FAULTS[body] in finding for finding in judged(body)), judged(body)


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ("<p>Cena: 12 zł</p>", "<p>Cena: {cena} zł</p>", "was not filled in"),
        ("<p>Nie ma</p>", "<p> None </p>", "shows the bare word None"),
        ("<h2>Dojazd</h2>", "<h2>\u00a0</h2>", "has an empty h2"),
        ('<a href="/">Dalej</a>', '<a href="/"> </a>', "says nothing"),
        ('<a href="/" aria-label="Dalej"></a>', '<a href="/" aria-label=""></a>', "says nothing"),
        ('<p id="a1">x</p><p id="a2">x</p>', '<p id="a1">x</p><p id="a1">x</p>', "has the id 'a1' 2 times"),
        ("<p>Jan &amp; Ewa</p>", "<p>Jan &nic; Ewa</p>", "is not valid HTML"),
        ("<p>44051401358</p>", "<p>44051401359</p>", "shows a whole PESEL"),
        (
            '<form method="post" action="/"><input type="hidden" name="csrf_token" value="t"></form>',
            '<form method="post" action="/"><input type="hidden" name="csrf_token" value=""></form>',
            "has no csrf_token",
        ),
        (
            '<form method="post" action="/7"><input type="hidden" name="csrf_token" value="t"></form>',
            '<form method="post" action="/8"><input type="hidden" name="csrf_token" value="t"></form>',
            "has nobody to receive it",
        ),
    ],
)
def test_a_fault_is_found_on_a_page_much_like_one_found_well_made(good: str, bad: str, finding: str) -> None:
    assert judged(good) == []
    assert any(finding in found for found in judged(bad)), judged(bad)


@pytest.mark.parametrize("header", [name for name in STRICT if name != "Cache-Control"])
def test_each_header_is_missed(header: str) -> None:
    headers = {name: value for name, value in STRICT.items() if name != header}
    assert any(header in finding for finding in judged("", headers))


def test_a_page_of_somebody_signed_in_must_not_be_kept() -> None:
    headers = {**STRICT, "Cache-Control": "private"}
    assert judged("", headers) == []
    assert judged("", headers, signed_in=True) == ["is signed in and may be kept in a cache"]


@pytest.fixture
def form_page(page: Page, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A reader of a small form that answers with what it was sent."""
    app = Flask("form")
    app.secret_key = "form"

    @app.route("/", methods=["GET", "POST"])
    def form() -> Response:
        sent = "; ".join(f"{name}={','.join(values)}" for name, values in sorted(request.form.lists()))
        body = f"""<p>Wysłano: {sent}</p><form method="post" action="/"><input type="hidden" name="csrf_token" value="t">
          <label for="a">Skąd</label><input id="a" name="a" value="dom">
          <label for="b">Dokąd</label><select id="b" name="b"><option value="1">Szpital</option><option value="2">Sąd</option></select>
          <fieldset><legend>Pomoc</legend><label><input type="checkbox" name="c" value="wozek">Wózek</label></fieldset>
          <button name="co" value="dalej">Dalej</button><button name="co" value="wstecz">Wstecz</button></form>"""
        made = make_response(GOOD.replace("{number}", "formularz").replace("{body}", body))
        made.headers.update(STRICT)
        return made

    monkeypatch.setattr(page, "app", app)
    page.client = FreshClient(app, app.response_class, use_cookies=True)
    return page.get("/")


def test_a_form_is_sent_as_a_browser_would(form_page: Page) -> None:
    form_page.fill_and_send({"b": "2", "c": True}, button="Wstecz")
    assert "Wysłano: a=dom; b=2; c=wozek; co=wstecz; csrf_token=t" in form_page.text


def test_what_a_person_could_not_choose_is_refused(form_page: Page) -> None:
    with pytest.raises(AssertionError, match="does not offer"):
        form_page.fill_and_send(b="3")
    with pytest.raises(AssertionError, match="has no 'd'"):
        form_page.fill_and_send(d="1")


def test_what_one_process_has_gone_through_the_others_know(tmp_path: Path) -> None:
    one, other, alone = WellMade(str(tmp_path / "pages")), WellMade(str(tmp_path / "pages")), WellMade(None)
    first, second, third = (bytes([number]) * 32 for number in (1, 2, 3))
    one.add(first)
    assert first in other
    other.add(second)
    one.add(third)
    assert all(page in known for page in (first, second, third) for known in (one, other))
    assert first not in alone
    assert bytes(32) not in one


def test_a_page_whose_forms_alone_were_looked_at_is_still_gone_through() -> None:
    body = "<h3>Tylko formularze</h3>"
    assert judged(body, markup_read=True) == []
    assert judged(body) != []

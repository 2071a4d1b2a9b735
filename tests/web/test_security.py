"""The headers on every answer, cookies, proxies believed, and that no input makes the product fall."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from services_app.web.security import HEADERS
from tests.factories.residents import make_resident
from tests.factories.staff import make_staff
from tests.page import HOME, Page
from tests.settings import app_on

ROLES = ("operator", "coordinator", "driver", "clerk", "manager", "auditor", "administrator")


def assert_strict(response: TestResponse) -> None:
    """Every header there, once, as it should be."""
    for name, value in HEADERS.items():
        assert response.headers.getlist(name) == [value], f"{response.request.path} ({response.status_code}): {name}"
    assert "Server" not in response.headers
    assert response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/mapa-strony", 200),
        ("GET", "/health/live", 200),
        ("GET", "/health/ready", 200),
        ("GET", "/.well-known/security.txt", 200),
        ("GET", "/static/img/favicon.svg", 200),
        ("GET", "/static/nie-ma.css", 404),
        ("GET", "/static/../config.py", 404),
        ("GET", "/favicon.ico", 302),
        ("GET", "/ustawienia?contrast=high", 302),
        ("GET", "/nie/ma/takiej", 404),
        ("GET", "/metrics", 404),
        ("GET", "/osoby", 302),
        ("POST", "/", 405),
        ("TRACE", "/", 405),
        ("TRACK", "/", 405),
        ("PUT", "/osoby", 405),
        ("POST", "/logowanie", 400),
        ("OPTIONS", "/", 200),
        ("HEAD", "/", 200),
    ],
)
def test_every_answer_carries_the_strict_headers(app: Flask, method: str, path: str, status: int) -> None:
    response = app.test_client().open(path, method=method, base_url=HOME)
    assert response.status_code == status
    assert_strict(response)


def test_what_is_too_large_or_forbidden_carries_them_too(page: Page, session: Session) -> None:
    large = page.client.post("/logowanie", data={"who": "x" * 3_000_000}, base_url=HOME)
    assert large.status_code == 413
    assert_strict(large)
    one_megabyte = page.client.post("/logowanie", data={"who": "x" * 1_000_000}, base_url=HOME)
    assert one_megabyte.status_code < 500
    assert_strict(one_megabyte)
    page.sign_in("staff", make_staff(session, "driver").id)
    forbidden = page.client.get("/dziennik/", base_url=HOME)
    assert forbidden.status_code == 403
    assert_strict(forbidden)


def test_a_download_carries_them_too(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "auditor", "administrator").id)
    file = page.client.get("/dziennik/plik.csv", base_url=HOME)
    assert file.status_code == 200
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert_strict(file)
    assert file.headers["Cache-Control"] == "no-store"


def test_an_error_of_ours_carries_them_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def breaks() -> str:
        raise RuntimeError("planted")

    breaks.access = app.view_functions["web.site_map"].access  # type: ignore[attr-defined,union-attr]  # the mark a decorator leaves
    monkeypatch.setitem(app.view_functions, "web.site_map", breaks)
    response = app.test_client().get("/mapa-strony", base_url=HOME)
    assert response.status_code == 500
    assert "planted" not in response.text
    assert "Coś się zepsuło po naszej stronie" in response.text
    assert_strict(response)


def test_static_files_are_kept_by_browsers_only_under_their_version(app: Flask) -> None:
    client = app.test_client()
    assert "immutable" in client.get("/static/img/favicon.svg?v=1", base_url=HOME).headers["Cache-Control"]
    assert client.get("/static/img/favicon.svg", base_url=HOME).headers["Cache-Control"] == "no-cache"
    assert client.get("/", base_url=HOME).headers["Cache-Control"] == "no-store"


def test_the_policy_allows_only_our_own_and_nothing_written_into_the_page(app: Flask) -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert "*" not in policy


def test_the_session_cookie_is_locked_to_this_host(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session).id)
    page.client.get("/pracownicy/logowanie", base_url=HOME)
    given = page.client.get("/logowanie", base_url=HOME).headers.getlist("Set-Cookie")
    chosen = page.client.get("/ustawienia?contrast=high", base_url=HOME).headers.getlist("Set-Cookie")
    assert chosen
    for cookie in (*given, *chosen):
        assert cookie.startswith("__Host-"), cookie
        for word in ("Secure", "HttpOnly", "SameSite=", "Path=/"):
            assert word in cookie, cookie
        assert "Domain=" not in cookie


# --- proxies ------------------------------------------------------------------------------------------------------------------------------


def forged(proxies: int) -> dict[str, str]:
    """What an attacker sends through so many honest proxies, each of which adds what it sees."""
    honest = [f"10.0.0.{number}" for number in range(1, proxies)]
    hops = ", ".join(["6.6.6.6", "198.51.100.7", *honest][: proxies + 1])
    return {"X-Forwarded-For": hops, "X-Forwarded-Host": "evil.example, localhost"}


def test_without_a_configured_proxy_nothing_forwarded_is_believed(app: Flask) -> None:
    response = app.test_client().get("/osoby", base_url=HOME, headers=forged(1))
    assert "evil" not in (response.location or "")
    with app.test_request_context("/", base_url=HOME, headers=forged(1)):
        from flask import request

        assert request.host == "localhost"
        assert request.remote_addr != "6.6.6.6"


@pytest.mark.parametrize("proxies", [1, 2])
def test_exactly_the_configured_proxies_are_believed(app: Flask, tmp_path: Any, database: Any, proxies: int) -> None:
    with app_on(database.url, tmp_path, TRUSTED_PROXIES=proxies) as behind:
        seen: list[tuple[str | None, str]] = []

        def note() -> None:
            from flask import request

            seen.append((request.remote_addr, request.host))

        behind.before_request_funcs.setdefault(None, []).insert(0, note)
        hops = ["6.6.6.6", "198.51.100.7", "10.0.0.2"][: proxies + 1]
        behind.test_client().get("/health/live", base_url=HOME, headers={"X-Forwarded-For": ", ".join(hops)})
        assert seen[0][0] == "198.51.100.7", "the first hop is what the attacker wrote; the honest proxy wrote the next"


def test_links_in_what_is_sent_come_from_the_configuration(app: Flask) -> None:
    response = app.test_client().get(
        "/.well-known/security.txt", base_url=HOME, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert "Canonical: https://localhost/" in response.text


# --- no input gives a 5xx -----------------------------------------------------------------------------------------------------------------

ODD_NUMBERS = ["0", "-1", "2147483647", "2147483648", "99999999999999999999", "9" * 400, "٣", "1e9", "0x10", "NaN"]
ODD_TEXTS = [
    "\x00", "a\x00b", "\ud800", "\u202e", "%", "_", "'", "\"><script>", "{{7*7}}", "../../etc/passwd", "\r\nX-Evil: 1", "=1+1", "x" * 5000,
    "ł" * 3000, "", " ", "0000-00-00", "9999-12-31", "31.02.2027", "25:61", "null", "[]", "{}", "[[[[", '{"on": "9999-12-31"}', "😀",
    "İ", "ﷺ" * 200, "1-1", "1-2-3", "99999999-99999999", *ODD_NUMBERS,
]  # fmt: skip


def address(rule: Rule, value: str) -> str:
    """A route's path with every placeholder filled with one value."""
    return re.sub(r"<[^>]+>", lambda _found: value or "x", rule.rule)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in encoded(text))


def send(page: Page, method: str, path: str, **more: Any) -> TestResponse:
    return page.client.open(path, method=method, base_url=HOME, headers={"Origin": HOME}, **more)


@pytest.fixture
def no_mail_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def routes(app: Flask, method: str) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(rules, key=lambda rule: rule.rule)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["staff", "resident"])
@pytest.mark.usefixtures("no_mail_out")
def test_no_address_makes_it_fall(app: Flask, page: Page, session: Session, who: str) -> None:
    """Every page with odd values in its address and in what it is asked."""
    resident = make_resident(session, phones=("600 100 200",))
    account = make_staff(session, *ROLES)
    page.sign_in(who, account.id if who == "staff" else resident.id)
    page.let_pages_see()
    dice = random.Random(2027)
    names = (
        "q",
        "on",
        "od",
        "do",
        "day",
        "dzien",
        "dalej",
        "back",
        "after",
        "po",
        "zmiana",
        "powtorz",
        "szukaj",
        "place",
        "at",
        "minutes",
        "purpose",
    )
    fallen = []
    for rule in routes(app, "GET"):
        for _try in range(3):
            path = address(rule, quoted(dice.choice(ODD_NUMBERS + ODD_TEXTS)) if _try else str(resident.id))
            query = "&".join(f"{name}={quoted(dice.choice(ODD_TEXTS))}" for name in dice.sample(names, 5))
            response = send(page, "GET", f"{path[:3000]}?{query}"[:60_000])
            if response.status_code >= 500:
                fallen.append(f"{response.status_code} {rule.endpoint} {path[:80]}?{query[:300]}")
            response.close()
    assert fallen == []


@pytest.mark.slow
@pytest.mark.parametrize("who", ["staff", "resident", "nobody"])
@pytest.mark.usefixtures("no_mail_out")
def test_no_form_makes_it_fall(app: Flask, page: Page, session: Session, who: str) -> None:
    """Every form's address with the fields our forms have and odd values in them."""
    resident = make_resident(session, phones=("600 100 200",))
    account = make_staff(session, *ROLES)
    dice = random.Random(2028)
    names = sorted(field_names(app))
    assert len(names) > 40, "the product has more fields than that"
    fallen = []
    for rule in routes(app, "POST"):
        for number in range(4):
            if who != "nobody":  # a form may have signed us out, or erased whom we are
                page.sign_in(who, account.id if who == "staff" else resident.id)
            page.let_pages_see()
            path = address(rule, str(dice.choice([resident.id, 1])) if number < 2 else quoted(dice.choice(ODD_NUMBERS)))
            fields = {name: encoded(dice.choice(ODD_TEXTS)) for name in dice.sample(names, 25)}
            if number % 2:
                fields["wish"] = json.dumps(odd_wish(dice)).encode()
            response = send(page, "POST", path, data=fields)
            if response.status_code >= 500:
                fallen.append(f"{response.status_code} {rule.endpoint} {path[:80]} {sorted(fields)}")
    assert fallen == []


def odd_wish(dice: random.Random) -> dict[str, Any]:
    """A ride as our own form carries it, with one value that no form of ours writes."""
    place: dict[str, Any] = {"name": "X", "address": "Y 1", "town": "Kielce", "latitude": 50.8, "longitude": 20.6}
    wish: dict[str, Any] = {
        "on": "2026-12-15", "appointment_at": "10:00:00", "visit_minutes": 30, "purpose": "medical", "place": place, "return_mode": None,
    }  # fmt: skip
    odd: list[Any] = [
        None,
        "\x00",
        "\ud800",
        1e308,
        -1,
        10**30,
        [],
        {},
        "9999-12-31",
        "0001-01-01",
        "02:30",
        "23:59:59+14:00",
        True,
    ]
    target = dice.choice([wish, place])
    target[dice.choice(sorted(target))] = dice.choice(odd)
    return wish


def field_names(app: Flask) -> set[str]:
    """Every name of a field in the templates and forms of the product."""
    found: set[str] = set()
    for form in _forms():
        for name, value in vars(form).items():
            if type(value).__name__ == "UnboundField":
                found.add(name)
    return found | {
        "request_id",
        "wish",
        "choice",
        "held",
        "dalej",
        "override_reason",
        "zmiana",
        "refused",
        "csrf_token",
    }


def _forms() -> set[type]:
    from services_app.web.forms import Form

    found: set[type] = set()
    ahead: list[type] = [Form]
    while ahead:
        kind = ahead.pop()
        found.add(kind)
        ahead += kind.__subclasses__()
    return found


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=%FF%FE&\xff\xfe=%00&" + b"x=1&" * 3000),
        ("application/x-www-form-urlencoded; charset=utf-7", b"e_mail=+ADw-script"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf'),
        ("application/json", b"{" * 10_000),
        ("text/plain\x0b", b"\x00" * 1000),
    ],
)
@pytest.mark.usefixtures("no_mail_out")
def test_no_encoding_makes_it_fall(page: Page, content_type: str, body: bytes) -> None:
    for path in ("/logowanie", "/pracownicy/logowanie", "/logowanie/kod"):
        response = page.client.post(path, data=body, content_type=content_type, base_url=HOME)
        assert response.status_code < 500, path


@pytest.mark.usefixtures("no_mail_out")
def test_an_id_that_no_table_can_hold_is_a_page_that_is_not_there(page: Page, session: Session) -> None:
    page.sign_in("staff", make_staff(session, *ROLES).id)
    for number in (2**31, 2**63, 10**20, 10**400):
        assert send(page, "GET", f"/osoby/{number}").status_code == 404
    assert send(page, "GET", f"/osoby/{2**31 - 1}").status_code == 404

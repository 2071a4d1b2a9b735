"""What is looked at on every page that any test fetches. Each check returns findings as sentences; none means the page is well made."""

from __future__ import annotations

import hashlib
import html
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from stdnum.pl import pesel
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from services_app.web import once

_HEADERS = (
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "X-Frame-Options",
)
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{11}(?!\d)")
_DRAWN_BY_LOT = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
"""Ids of forms and drafts: one in some thousands has eleven digits in a row that would pass for a PESEL."""
_LEFT_OVER = re.compile(r"%\(\w*|\{\w+\}|\{\{|\}\}|\{%|%\}")
_UNLABELLED_KINDS = frozenset({"hidden", "submit", "button", "reset", "image"})
_PERSONAL = re.compile(
    r"(^|[-_])(given_name|first_name|surname|last_name|family_name|street|postcode|birth_date|email|phone|password)$"
)
_KNOWN_PARSE_ERRORS = frozenset(
    {
        # html5lib was written before these were allowed
        "expected-doctype-but-got-end-tag",
    }
)

_TOKENS = re.compile(r'(name="csrf_token" value="|name="csrf-token" content=")[\w.-]+')
_NUMBERS = re.compile(r"[0-9a-f](?:[0-9a-f]{7}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\d)(?<!<h\d)(?<!</h\d)\d*)")
"""What differs each time a page is shown: its tokens, and the numbers of what it shows (those of headings count). These and the next begin
with what they look for and look back from there: looking back from every letter would cost more than all the rest of the critic."""
_ODD = r"<>&{}%\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
_WORDS = re.compile(rf">(?!\s*(?:None|True|False|undefined)\s*<)\s*[^\s{_ODD}][^{_ODD}]*(?=<)")
"""Plain words between two tags: neither references, nor places left unfilled, nor what HTML does not allow."""
_VALUES = re.compile(
    r'( (?:value|alt|aria-label|content|datetime|data-[a-z-]+|d|[xy][12]?|[cr][xy]|r|width|height|viewBox|points)=")'
    rf'\s*[^\s"{_ODD}][^"{_ODD}]*"'
)
"""The same inside the attributes that hold words, what was typed, moments or places of a drawing: no check compares them."""
_TITLE = re.compile(r"<title>([^<]*)</title>")
_FORM = re.compile(r"""<form\b[^>]*?(?: action="([^"]*)"[^>]*)?>""")
_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "headers", "for", "list")

_DIGEST_BYTES = 32


class WellMade:
    """Pages in which nothing was wrong: in this process, and in all of a run that has a file for them."""

    def __init__(self, shared: str | None) -> None:
        self._known: set[bytes] = set()
        self._file = os.open(shared, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600) if shared else None
        self._read = 0

    def __contains__(self, digest: bytes) -> bool:
        """Whether anybody has found it well made."""
        if digest not in self._known:
            self._read_on()
        return digest in self._known

    def add(self, digest: bytes) -> None:
        """Tell the others, too: so few bytes are appended as one."""
        self._known.add(digest)
        if self._file is not None:
            os.write(self._file, digest)

    def _read_on(self) -> None:
        while self._file is not None and len(more := os.pread(self._file, _DIGEST_BYTES, self._read)) == _DIGEST_BYTES:
            self._known.add(more)
            self._read += _DIGEST_BYTES


_well_made = WellMade(os.environ.get("PAGES_WELL_MADE"))
_titles: dict[str, str] = {}
"""Which endpoint used a title first, in this process."""


def words_of(tag: Tag | None) -> str:
    """The text a reader meets, with single spaces; nothing for what is not there."""
    return " ".join(tag.get_text(" ").split()) if tag is not None else ""


def criticise(
    app: Flask,
    response: TestResponse,
    read: Callable[[], BeautifulSoup],
    *,
    signed_in: bool,
    pesel_allowed: bool,
    typed: str = "",
    markup_read: bool = False,
) -> list[str]:
    """Everything wrong with a page; empty when nothing is.

    ``read`` takes the page apart: slow, and mostly not needed. ``typed`` is what was just sent: it may be shown to whoever typed it.
    ``markup_read``: another pass reads the same page's markup.
    """
    markup = response.get_data(as_text=True)
    findings = _faults_of(app, response, markup, read, forms_only=markup_read)
    findings += _titles_used_twice(app, response, markup)
    findings += _unsafe_headers(response, signed_in=signed_in)
    if "Traceback (most recent call last)" in markup:
        findings.append("shows a traceback")
    if not pesel_allowed and any(_is_open(number, typed) for number in _ELEVEN_DIGITS.findall(html.unescape(markup))):
        findings += _open_pesels(read(), typed)
    return findings


def _faults_of(
    app: Flask, response: TestResponse, markup: str, read: Callable[[], BeautifulSoup], *, forms_only: bool
) -> list[str]:
    """What is wrong with the markup and its forms. Most pages are met many times; one found well made is not gone through again."""
    known = f"{app.import_name} {_receivers(app, response, markup)} {_shape(markup)}".encode()
    whole, forms = (
        hashlib.blake2b(known, digest_size=_DIGEST_BYTES, salt=what).digest() for what in (b"whole", b"forms")
    )
    if whole in _well_made or (forms_only and forms in _well_made):
        return []
    findings = list(_forms(app, response, read()))
    if not forms_only:
        findings += [finding for check in CHECKS for finding in check(read())]
        findings += _parse_errors(markup)
    if not findings:
        _well_made.add(forms if forms_only else whole)
    return findings


def _receivers(app: Flask, response: TestResponse, markup: str) -> list[str | None]:
    """Who receives each form: the one thing about them that their shape does not tell."""
    targets = [urljoin(response.request.url, html.unescape(action)) for action in _FORM.findall(markup)]
    return [_endpoint(app, urlsplit(target).path, "POST") for target in targets]


def _shape(markup: str) -> str:
    """The markup without what differs from showing to showing: words are there or not."""
    return without_chance(_VALUES.sub(r'\1x"', _WORDS.sub(">x", markup)))


def without_chance(markup: str) -> str:
    """The markup without its tokens and numbers. Each number becomes the place where it first stood, so that what was one and the same is
    so still, and what was not is not: an id met twice, or a reference to nothing, stays one.
    """
    ranks: dict[str, str] = {}

    def ranked(found: re.Match[str]) -> str:
        return ranks.setdefault(found[0], f"#{len(ranks)}")

    return _NUMBERS.sub(ranked, _TOKENS.sub(r"\1t", markup))


def _parse_errors(markup: str) -> Iterator[str]:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(markup)
    for (line, column), code, values in parser.errors:
        if code not in _KNOWN_PARSE_ERRORS:
            yield f"is not valid HTML at {line}:{column}: {code} {values or ''}"


def _document(soup: BeautifulSoup) -> Iterator[str]:
    if not words_of(soup.title):
        yield "has no title"
    if len([title for title in soup.find_all("title") if not title.find_parent("svg")]) > 1:
        yield "has two titles"
    language = soup.html.get("lang") if soup.html else None
    if language not in ("pl", "en", "uk"):
        yield f"says its language is {language!r}"
    headings = soup.find_all("h1")
    if len(headings) != 1:
        yield f"has {len(headings)} h1: {[words_of(heading) for heading in headings]}"
    if len(soup.find_all("main")) != 1:
        yield "has not exactly one main"


def _headings(soup: BeautifulSoup) -> Iterator[str]:
    before = 0
    for heading in soup.find_all(re.compile(r"^h[1-6]$")):
        level = int(heading.name[1])
        if not words_of(heading):
            yield f"has an empty {heading.name}"
        if before and level > before + 1:
            yield f"skips from h{before} to {heading.name} {words_of(heading)!r}"
        before = level


def _ids(soup: BeautifulSoup) -> Iterator[str]:
    counted = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    yield from (f"has the id {name!r} {count} times" for name, count in counted.items() if count > 1)
    for tag in soup.find_all(True):
        for attribute in tag.attrs.keys() & _REFERENCES:
            for target in _split(tag[attribute]):
                if target not in counted:
                    yield f"<{tag.name}> has {attribute}={target!r}, which is nowhere"
    for link in soup.find_all("a", href=re.compile(r"^#.")):
        if str(link["href"])[1:] not in counted:
            yield f"the link {words_of(link)!r} leads to {link['href']}, which is nowhere"


def _split(value: object) -> list[str]:
    return value.split() if isinstance(value, str) else [str(item) for item in value]  # type: ignore[attr-defined]  # then it is a list


def _labels(soup: BeautifulSoup) -> Iterator[str]:
    labelled = {str(label["for"]) for label in soup.find_all("label", attrs={"for": True}) if words_of(label)}
    for control in soup.find_all(["input", "select", "textarea"]):
        if str(control.get("type", "text")) in _UNLABELLED_KINDS:
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in labelled
        wrapping = control.find_parent("label")
        if not named and not (wrapping and words_of(wrapping)):
            yield f"the field {control.get('name')!r} has no label"
    for group in soup.find_all("fieldset"):
        legend = group.find("legend")
        if not words_of(legend) and not group.get("aria-labelledby") and not group.get("aria-label"):
            yield "has a fieldset without a legend"


def _autocompletes(soup: BeautifulSoup) -> Iterator[str]:
    for control in soup.find_all("input"):
        kind, name = str(control.get("type", "text")), str(control.get("name", ""))
        if kind == "hidden" or control.get("autocomplete"):
            continue
        if kind in ("tel", "email", "password") or (kind == "text" and _PERSONAL.search(name)):
            yield f"the personal field {name!r} does not say its autocomplete"


def _words_left_out(soup: BeautifulSoup) -> Iterator[str]:
    for link in soup.find_all("a"):
        if not link.get("href"):
            yield f"the link {words_of(link)!r} leads nowhere"
        if not _named(link):
            yield f"the link to {link.get('href')!r} says nothing"
    for button in soup.find_all("button"):
        if not _named(button):
            yield "has a button that says nothing"
    for picture in soup.find_all("img"):
        if not picture.has_attr("alt"):
            yield f"the picture {picture.get('src')!r} has no alt"
    for table in soup.find_all("table"):
        if not words_of(table.caption) and not table.get("aria-label") and not table.get("aria-labelledby"):
            yield "has a table without a caption"


def _named(tag: Tag) -> bool:
    if words_of(tag) or tag.get("aria-label") or tag.get("aria-labelledby"):
        return True
    return any(str(picture.get("alt", "")).strip() for picture in tag.find_all("img"))


def _inline(soup: BeautifulSoup) -> Iterator[str]:
    for script in soup.find_all("script"):
        if not script.get("src") and script.get("type") not in ("application/json", "application/ld+json"):
            yield "has an inline script"
    if soup.find("style"):
        yield "has an inline style element"
    for tag in soup.find_all(True):
        for attribute, value in tag.attrs.items():
            if attribute == "style":
                yield f"<{tag.name}> has an inline style"
            elif attribute.startswith("on"):
                yield f"<{tag.name}> has a handler {attribute}"
            elif attribute in ("href", "src", "action") and str(value).strip().lower().startswith("javascript:"):
                yield f"<{tag.name}> has a javascript: address"
    for tag in soup.find_all(["script", "img", "iframe", "link"]):
        address = str(tag.get("src") or (tag.get("href") if tag.name == "link" else "") or "")
        if urlsplit(address).netloc not in ("", "localhost"):
            yield f"fetches {address} from elsewhere"


def _left_overs(soup: BeautifulSoup) -> Iterator[str]:
    for text in soup.find_all(string=True):
        if text.parent is not None and text.parent.name in ("script", "style", "code", "pre", "textarea"):
            continue
        if _LEFT_OVER.search(text):
            yield f"shows a place that was not filled in: {text.strip()[:80]!r}"
        if text.strip() in ("None", "True", "False", "undefined"):
            yield f"shows the bare word {text.strip()}"
    for tag in soup.find_all(True, attrs={"aria-label": True}):
        if _LEFT_OVER.search(str(tag["aria-label"])):
            yield f"an aria-label was not filled in: {tag['aria-label']!r}"


CHECKS: tuple[Callable[[BeautifulSoup], Iterator[str]], ...] = (
    _document, _headings, _ids, _labels, _autocompletes, _words_left_out, _inline, _left_overs,
)  # fmt: skip


def _titles_used_twice(app: Flask, response: TestResponse, markup: str) -> Iterator[str]:
    """Two different pages must not have one title: a reader of many windows could not tell them apart."""
    if response.status_code != 200 or response.request.method != "GET":
        return
    endpoint = _endpoint(app, response.request.path, "GET")
    found = _TITLE.search(markup)
    title = " ".join(html.unescape(found[1]).split()) if found else ""
    if endpoint is None or not title:
        return
    first = _titles.setdefault(title, endpoint)
    if first != endpoint:
        yield f"has the title {title!r}, which belongs to {first}"


def _endpoint(app: Flask, path: str, method: str) -> str | None:
    try:
        return str(app.url_map.bind("localhost", url_scheme="https").match(path, method=method)[0])
    except (HTTPException, RequestRedirect):
        return None


def _unsafe_headers(response: TestResponse, *, signed_in: bool) -> Iterator[str]:
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy and "default-src 'self'" not in policy:
        yield "has no strict Content-Security-Policy"
    if "unsafe-" in policy or "*" in policy:
        yield f"has a loose Content-Security-Policy: {policy}"
    for name in ("frame-ancestors", "form-action", "base-uri"):
        if name not in policy:
            yield f"has no {name} in its Content-Security-Policy"
    yield from (f"has no {name} header" for name in _HEADERS if not headers.get(name))
    if signed_in and "no-store" not in headers.get("Cache-Control", ""):
        yield "is signed in and may be kept in a cache"
    for cookie in headers.getlist("Set-Cookie"):
        name = cookie.split("=")[0]
        if name.startswith("__Host-") and not all(word in cookie for word in ("Secure", "Path=/")):
            yield f"the cookie {name} is not well closed"
        if "session" in name and "HttpOnly" not in cookie:
            yield f"the cookie {name} can be read by scripts"


def _forms(app: Flask, response: TestResponse, soup: BeautifulSoup) -> Iterator[str]:
    for form in soup.find_all("form"):
        if str(form.get("method", "get")).lower() != "post":
            continue
        target = urljoin(response.request.url, str(form.get("action") or ""))
        if urlsplit(target).netloc != "localhost":
            yield f"a form is sent away to {target}"
        hidden = {str(field.get("name")) for field in form.select('input[type="hidden"]') if field.get("value")}
        if "csrf_token" not in hidden:
            yield f"the form to {target} has no csrf_token"
        endpoint = _endpoint(app, urlsplit(target).path, "POST")
        if endpoint is None:
            yield f"the form to {target} has nobody to receive it"
        elif carried_out_once(app, endpoint) and "request_id" not in hidden:
            yield f"the form to {target} has no request_id"


def carried_out_once(app: Flask, endpoint: str) -> bool:
    """Whether a view carries out each request id once (``@answers_once`` stands above it)."""
    view = app.view_functions.get(endpoint)
    while view is not None:
        code = getattr(view, "__code__", None)
        if code is not None and code.co_filename == once.__file__:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def _open_pesels(soup: BeautifulSoup, typed: str) -> Iterator[str]:
    """A whole PESEL, anywhere but where its owner or a clerk has just typed it."""
    texts = [str(text) for text in soup.find_all(string=True)]
    texts += [str(value) for tag in soup.find_all(True) for name, value in tag.attrs.items() if name != "class"]
    for text in texts:
        for number in _ELEVEN_DIGITS.findall(_DRAWN_BY_LOT.sub("", text)):
            if _is_open(number, typed):
                yield f"shows a whole PESEL ({number[:2]}…{number[-2:]})"


def _is_open(number: str, typed: str) -> bool:
    return number not in typed.split() and bool(pesel.is_valid(number))

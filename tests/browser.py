"""A person's way through the product in a real browser: Debian's Chromium, the product on a loopback port, axe on every page met.

``site`` serves the product from this process, so that a clock put by the test is the product's clock too. ``visitor`` is somebody with a
browser; ``new_visitor`` makes more of them, on a phone, without JavaScript, with wishes of their own.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Playwright,
    Request,
    Response,
    ViewportSize,
    sync_playwright,
)
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from services_app.messaging.models import Message
from tests.critic import without_chance
from tests.databases import WorkersDatabase
from tests.large_enough import MOST_JUMPING, jumped, too_small
from tests.page import Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
NARROWEST: ViewportSize = {"width": 320, "height": 640}

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN_AXE = """
async () => {
  const rules = {'color-contrast-enhanced': {enabled: true}, 'target-size': {enabled: true}};
  const found = await axe.run(document, {resultTypes: ['violations'], rules});
  return found.violations.map(v => `${v.id} (${v.help}): ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')}`);
}
"""
_WAS_EXAMINED = "() => { const before = Boolean(window.examined); window.examined = true; return before; }"
SCROLLS_SIDEWAYS = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const kept = e => {
    for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return true;
    return false;
  };
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1 && !kept(e))
    .slice(0, 5).map(e => e.tagName.toLowerCase() + '.' + e.className);
}
"""


_well_made: set[str] = set()


class QuietHandler(WSGIRequestHandler):
    """Answers without writing a line for each request."""

    def log(self, type: str, message: str, *arguments: object) -> None:  # noqa: A002 - the name is Werkzeug's
        """Say nothing."""


@dataclass
class Site:
    """The product, served on a loopback port."""

    app: Flask
    url: str
    session: Session

    def cookie_for(self, kind: str, subject_id: int) -> str:
        """The session cookie of somebody who has signed in."""
        reader = Page(self.app, self.session)
        reader.sign_in(kind, subject_id)
        cookie = reader.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None, "signing in gave no cookie"
        return cookie.value


@dataclass
class Visitor:
    """Somebody with a browser. Every page that comes up is examined with axe; what the browser complains of is kept."""

    site: Site
    context: BrowserContext
    shots: Path | None
    complaints: list[str] = field(default_factory=list)
    with_scripts: bool = True
    wishes: str = ""
    """What this browser was asked to be: a page may be well made on a desk and not on a phone."""

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._watch_request)
        self.page.on("response", self._watch_response)

    # --- what the browser notices -----------------------------------------------------------------------------------------------------

    def _hear(self, message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text and re.search(r"status of 4\d\d", message.text)
        if message.type == "error" and not expected:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _watch_request(self, request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith(self.site.url):
            self.complaints.append(f"{self.page.url} asks elsewhere: {request.url}")

    def _watch_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url} answered {response.status}")

    # --- what a person does -----------------------------------------------------------------------------------------------------------

    def sign_in(self, kind: str, subject_id: int) -> None:
        """Be signed in, without walking through the sign-in pages."""
        name = self.site.app.config["SESSION_COOKIE_NAME"]
        value = self.site.cookie_for(kind, subject_id)
        # asked of the browser itself: a cookie with a __Host- name may not be given together with a domain
        url = self.site.url.replace("http:", "https:")
        cookie = {
            "name": name,
            "value": value,
            "url": url,
            "path": "/",
            "secure": True,
            "httpOnly": True,
            "sameSite": "Lax",
        }
        answer = self.context.new_cdp_session(self.page).send("Network.setCookie", cookie)
        assert answer["success"], "the browser refused the session's cookie"

    def goto(self, path: str) -> Visitor:
        """Open an address of the product."""
        self.page.goto(self.site.url + path)
        return self.look()

    def click(self, words: str | re.Pattern[str], role: Any = None) -> Visitor:
        """Press the link or button with these words; a role makes the choice clear where both exist."""
        self.find(words, role).click()
        return self.look()

    def find(self, words: str | re.Pattern[str], role: Any = None) -> Locator:
        """The link or button with these words."""
        exact = isinstance(words, str)
        if role is not None:
            return self.page.get_by_role(role, name=words, exact=exact)
        button = self.page.get_by_role("button", name=words, exact=exact)
        return button.or_(self.page.get_by_role("link", name=words, exact=exact))

    def fill(self, label: str | re.Pattern[str], value: str) -> Visitor:
        """Type into the field with this label."""
        self.page.get_by_label(label).fill(value)
        return self

    def choose(self, label: str | re.Pattern[str]) -> Visitor:
        """Choose the radio button or tick the box with this label."""
        self.page.get_by_label(label).check()
        return self

    def press(self, *keys: str) -> Visitor:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
        return self.look()

    def sees(self, words: str | re.Pattern[str]) -> Visitor:
        """Wait until the words are on the page."""
        self.page.get_by_text(words).first.wait_for()
        return self

    # --- what is examined -------------------------------------------------------------------------------------------------------------

    def look(self) -> Visitor:
        """Wait for the page to be there, and examine it if it is a new one."""
        self.page.wait_for_load_state("load")
        if self.with_scripts and not self.page.evaluate(_WAS_EXAMINED):
            self.examine()
        return self

    def examine(self) -> None:
        """Run axe on the page as it is now, and measure it. Call it again after a part of the page has changed.

        What was found well made, word for word and in the same kind of browser, is not gone through again.
        """
        shown = f"{self.wishes} {self.page.viewport_size} {without_chance(self.page.content())}"
        if shown not in _well_made:
            findings = self.page.evaluate(_RUN_AXE)
            assert not findings, f"axe on {self.page.url}:\n- " + "\n- ".join(findings)
            small = too_small(self.page)
            assert not small, f"too small on {self.page.url}:\n- " + "\n- ".join(small)
            _well_made.add(shown)
        moved, what = jumped(self.page)
        assert moved < MOST_JUMPING, f"{self.page.url} moves while it is read ({moved:.2f}): {what}"

    def fits(self, width: int = 320) -> None:
        """The page has no sideways scroll at this width."""
        before = self.page.viewport_size or DESK
        self.page.set_viewport_size({"width": width, "height": before["height"]})
        wide = self.page.evaluate(SCROLLS_SIDEWAYS)
        self.page.set_viewport_size(before)
        assert not wide, f"{self.page.url} scrolls sideways at {width} px because of {wide}"

    def focused(self) -> str:
        """The name of what has the keyboard's focus: its words, label or id."""
        return str(self.page.evaluate(
            "() => { const e = document.activeElement; return (e.labels?.[0]?.innerText || e.innerText || e.id || e.tagName).trim() }"
        ))  # fmt: skip

    def shot(self, name: str, *, whole: bool = True) -> None:
        """A picture of the page, when ``SCREENSHOTS`` names a folder for them."""
        if self.shots is not None:
            self.shots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.shots / f"{name}.png", full_page=whole)

    @property
    def h1(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").inner_text()

    @property
    def path(self) -> str:
        """The path of the page shown."""
        return urlsplit(self.page.url).path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The browser's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all journeys of this worker; each visitor has a profile of their own."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture
def site(app: Flask, session: Session, database: WorkersDatabase) -> Iterator[Site]:
    """The product on a loopback port, on the test's clean database and clock."""
    server = _serve(app)
    url = f"http://127.0.0.1:{server.server_port}"
    app.config["BASE_URL"] = url
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield Site(app, url, session)
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()
    database.note_unknown()


def _serve(app: Flask) -> BaseWSGIServer:
    return make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)


@pytest.fixture
def new_visitor(
    browser: Browser, site: Site, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: ``new_visitor(viewport=PHONE, java_script_enabled=False, …)``, as Playwright's contexts are made."""
    made: list[Visitor] = []
    shots = Path(os.environ["SCREENSHOTS"]) / request.node.name if os.environ.get("SCREENSHOTS") else None

    def make(**wishes: Any) -> Visitor:
        settings: dict[str, Any] = {"viewport": DESK, "locale": "pl-PL", "timezone_id": "Europe/Warsaw", **wishes}
        context = browser.new_context(**settings)
        # The browser itself gives it to each page: half a megabyte sent each time would keep it busier than the pages do.
        context.add_init_script(path=_AXE)
        visitor = Visitor(
            site, context, shots, with_scripts=settings.get("java_script_enabled", True), wishes=repr(settings)
        )
        made.append(visitor)
        return visitor

    yield make
    complaints = [complaint for visitor in made for complaint in visitor.complaints]
    for visitor in made:
        visitor.context.close()
    assert not complaints, "the browser complained:\n- " + "\n- ".join(complaints)


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody at a desk."""
    return new_visitor()


def code_sent(site: Site) -> str:
    """The six digits of the newest message, as they came."""
    site.session.rollback()
    for message in site.session.scalars(select(Message).order_by(Message.id.desc())):
        if found := re.search(r"\b\d{3} ?\d{3}\b", message.body or ""):
            return found.group()
    raise AssertionError("no code was sent")

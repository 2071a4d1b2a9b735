"""What the first public page costs somebody with a slow phone: at most 100 kB with its style sheet, scripts, pictures and fonts.

A browser says what it fetches; text is counted as gzip packs it, as the server in front sends it.
"""

from __future__ import annotations

import gzip
import threading

from playwright.sync_api import Response, sync_playwright
from werkzeug.serving import make_server

from bench.harness import Figure, Place, pages_against_reference
from tests.browser import CHROMIUM, FLAGS, PHONE, QuietHandler

_PACKED_ALREADY = ("font/", "image/png", "image/webp", "image/jpeg", "application/font")


def figures(place: Place) -> list[Figure]:
    """Weight of the front page, and its time against the bare page."""
    url = place.database("front")
    with place.app(url) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            weights = weighed(f"http://127.0.0.1:{server.server_port}/")
        finally:
            server.shutdown()
            server.server_close()
        total = sum(weights.values())
        rounds = 30 if place.hurry else 300
        against = pages_against_reference(app, url, {"front page": ("/", "")}, at_most=None, rounds=rounds)
    heaviest = max(weights, key=lambda name: weights[name])
    return [
        Figure("front page with everything it fetches", round(total / 1000, 1), "kB", 100),
        Figure("things fetched", len(weights), ""),
        Figure(f"the heaviest, {heaviest}", round(weights[heaviest] / 1000, 1), "kB"),
        *against,
    ]


def weighed(url: str) -> dict[str, int]:
    """What a phone's browser fetches for a page: the bytes of each answer, packed."""
    answers: list[Response] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=PHONE, locale="pl-PL")
        page.on("response", lambda answer: answers.append(answer))
        page.goto(url, wait_until="networkidle")
        weights = {answer.url.split("/", 3)[3].split("?")[0] or "/": packed(answer) for answer in answers}
        browser.close()
    return weights


def packed(answer: Response) -> int:
    """The bytes of one answer as sent: packed, unless its kind is packed already."""
    body = answer.body()
    if answer.headers.get("content-type", "").startswith(_PACKED_ALREADY) or answer.url.endswith(".woff2"):
        return len(body)
    return len(gzip.compress(body, 6))

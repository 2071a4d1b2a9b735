"""The first public page fits into 100 kB with all it needs, counted from the files it names; and they may be kept by browsers."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from flask import Flask

LIMIT = 100_000
_PACKED_ALREADY = (".woff2", ".png", ".webp", ".jpg")


def _weight(name: str, body: bytes) -> int:
    return len(body) if name.endswith(_PACKED_ALREADY) else len(gzip.compress(body, 6))


def _needed(app: Flask, soup: BeautifulSoup) -> dict[str, bytes]:
    """Every file the page names, what its scripts import, and every font of its style sheets, also those it may not use."""
    found: dict[str, bytes] = {}
    waiting = [str(tag.get("href") or tag.get("src") or "") for tag in soup.select("link[href], script[src], img[src]")]
    while waiting:
        path = urlsplit(waiting.pop()).path
        if not path.startswith("/static/") or path in found:
            continue
        found[path] = (Path(str(app.static_folder)) / path.removeprefix("/static/")).read_bytes()
        if path.endswith((".css", ".js")):
            text = found[path].decode()
            named = re.findall(r"""(?:url\(|from\s*|import\s*\(?)["']?([^"')\s]+\.(?:woff2|css|js|svg|png))""", text)
            folder = path.rpartition("/")[0]
            waiting += [one if one.startswith("/") else f"{folder}/{one.removeprefix('./')}" for one in named]
    return found


def test_the_first_page_weighs_at_most_100_kilobytes(app: Flask, page: Any) -> None:
    page.get("/")
    files = _needed(app, page.soup)
    assert any(name.endswith(".css") for name in files)
    assert any(name.endswith(".woff2") for name in files)
    weights = {name: _weight(name, body) for name, body in files.items()} | {
        "/": _weight("/", page.response.get_data())
    }
    assert sum(weights.values()) <= LIMIT, weights


def test_a_file_named_with_its_version_may_be_kept_for_ever(page: Any) -> None:
    page.get("/")
    named = [str(tag["href"]) for tag in page.soup.select("link[rel=stylesheet]")]
    assert named
    for address in named:
        assert "?v=" in address
        answer = page.client.get(address, base_url="https://localhost")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        without = page.client.get(address.split("?")[0], base_url="https://localhost")
        assert without.headers["Cache-Control"] == "no-cache"

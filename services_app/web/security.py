"""Headers every answer carries, and the proxies we believe."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError
from werkzeug.wrappers import Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'",
        "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)  # fmt: skip

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


_LARGEST_ID = 2**31 - 1
"""Ids are 32-bit integers in PostgreSQL."""


class IdConverter(IntegerConverter):
    """``<int:…>`` in addresses: what cannot be an id leads nowhere, without asking the database."""

    def to_python(self, value: str) -> Any:
        """The number. Raises ``ValidationError`` (the route does not match) when it is too large."""
        if len(value) > len(str(_LARGEST_ID)) or int(value) > _LARGEST_ID:
            raise ValidationError
        return super().to_python(value)


def add_headers(response: Response) -> Response:
    """The same strict headers on pages, errors, redirects and downloads; nothing personal stays in a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
        )
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)
    return response


def init_app(app: Flask) -> None:
    """Headers on every answer; exactly as many proxies believed as are configured."""
    app.url_map.converters["int"] = IdConverter
    app.after_request(add_headers)
    proxies = int(app.config["TRUSTED_PROXIES"])
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # Flask's own documented way

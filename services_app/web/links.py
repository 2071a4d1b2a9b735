"""Addresses that leave the house: in messages, on paper, in files."""

from __future__ import annotations

from flask import current_app


def whole_address(endpoint: str, **values: object) -> str:
    """The address of one of our pages with the house's own name in front, whatever name a request came by."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return str(current_app.config["BASE_URL"]).rstrip("/") + path

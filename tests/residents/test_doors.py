"""Where a door is, in words."""

from __future__ import annotations

import pytest
from flask import Flask

from services_app.residents.doors import floor_words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3", "piętro 3"),
        ("0", "parter"),
        (" Parter ", "parter"),
        ("p.", "parter"),
        ("10", "piętro 10"),
        ("I", "piętro I"),
    ],
)
def test_a_floor_reads_as_one_says_it_however_it_was_typed(app: Flask, typed: str, said: str) -> None:
    with app.test_request_context():
        assert floor_words(typed) == said

"""Tables as CSV files that a spreadsheet opens safely: no cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flask import Response

from services_app.wording import local

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HARMLESS = re.compile(r"^[+-]?\d[\d ]*(?:[.,]\d+)?$")
"""A plain number or a telephone number: it stays as it is, so that +48 survives a round trip."""


def safe_cell(value: object) -> str:
    """A cell's text: a moment on the Warsaw clock; what a spreadsheet would calculate gets an apostrophe in front."""
    if isinstance(value, datetime):
        return local(value).isoformat(sep=" ", timespec="minutes")
    text = "" if value is None else str(value)
    bare = text.lstrip(" \u00a0")
    return f"'{text}" if bare.startswith(_DANGEROUS) and not _HARMLESS.match(text) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file piece by piece: UTF-8 with its mark, semicolons, as Polish spreadsheets expect."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """An answer that is saved as ``name``.csv (``name``: letters, digits and hyphens only)."""
    return Response(
        "".join(csv_lines(header, rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )

"""The same table as a page, as CSV and as XLSX: figures a council may take home."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from services_app.web.csv_files import safe_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Table:
    """A table with its name, heads and rows (texts, numbers and days)."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def as_csv(tables: Sequence[Table], file_name: str) -> Response:
    """All tables below each other, in UTF-8 with a mark that spreadsheets understand."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for table in tables:
        writer.writerow([safe_cell(table.name)])
        writer.writerow([safe_cell(column) for column in table.columns])
        writer.writerows([safe_cell(cell) for cell in row] for row in table.rows)
        writer.writerow([])
    return _download(("\ufeff" + text.getvalue()).encode(), "text/csv; charset=utf-8", f"{file_name}.csv")


def as_xlsx(tables: Sequence[Table], file_name: str) -> Response:
    """Each table on a sheet of its own; texts stay texts, days are days."""
    import xlsxwriter  # takes long to load, and every server waits for what is loaded before its first answer

    memory = io.BytesIO()
    with xlsxwriter.Workbook(
        memory,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    ) as book:
        bold = book.add_format({"bold": True})
        for number, table in enumerate(tables, start=1):
            sheet = book.add_worksheet(f"{number}. {table.name}"[:31])
            sheet.write_row(0, 0, table.columns, bold)
            for line, row in enumerate(table.rows, start=1):
                sheet.write_row(line, 0, row)
            sheet.autofit()
    return _download(memory.getvalue(), XLSX, f"{file_name}.xlsx")


def _download(content: bytes, kind: str, file_name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response

"""What the readable copy of one's data prints of decisions about erasure. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services_app.duties.policy.retention_table import TABLE
from services_app.residents.copied import OWNER, ROW, STAFF, Field, Section
from services_app.wording import N_

SECTIONS: Final[Mapping[str, Section]] = {
    "erasure_decisions": Section(
        N_("Decyzje o usunięciu danych"),
        {
            "at": Field(N_("Kiedy")),
            "kept": Field(N_("Jakie dane"), {kept: row.name for kept, row in TABLE.items()}),
            "held_until": Field(N_("Przechowujemy do")),
            "ground": Field(N_("Podstawa")),
            "superseded_at": Field(N_("Zmieniono decyzję")),
        },
        {"id": ROW, "resident_id": OWNER, "by_id": STAFF},
        place=15,
    ),
}

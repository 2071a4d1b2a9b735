"""The people served, who may act for them, and how they sign in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services_app.database import Base, UtcDateTime, Word
from services_app.residents.policy.search import words_of
from services_app.residents.terms import (
    Assistance,
    ConsentHow,
    DataRequestKind,
    Mobility,
    RepresentativeKind,
    Scope,
    Sex,
    ToldBy,
    address_line,
    full_name,
)
from services_app.sealed import Sealed
from services_app.wording import search_key, sort_key

SearchWordText = String(60).with_variant(String(60, collation="C"), "postgresql")
"""Compared byte by byte, so that "begins with" is a range of the index whatever the server's locale."""


class Resident(Base):
    """A person served. PESEL and the other document are sealed; names are found by their search key."""

    __tablename__ = "residents"

    id: Mapped[int] = mapped_column(primary_key=True)
    pesel: Mapped[str | None] = mapped_column(Sealed)
    pesel_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    other_document: Mapped[str | None] = mapped_column(Sealed)
    other_document_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    birth_on: Mapped[date] = mapped_column(index=True)
    sex: Mapped[Sex | None] = mapped_column(Word(Sex))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    search_name: Mapped[str] = mapped_column(String(210))
    """Last and first name, lower case without diacritics."""
    sort_name: Mapped[str] = mapped_column(String(340), index=True)

    street: Mapped[str] = mapped_column(String(120))
    search_street: Mapped[str] = mapped_column(String(160))
    """Street and number, lower case without diacritics."""
    house_number: Mapped[str] = mapped_column(String(20))
    flat_number: Mapped[str | None] = mapped_column(String(20))
    postcode: Mapped[str | None] = mapped_column(String(6))
    town: Mapped[str] = mapped_column(String(80), default="Kielce")
    staircase: Mapped[str | None] = mapped_column(String(40))
    floor: Mapped[str | None] = mapped_column(String(20))
    has_lift: Mapped[bool | None]
    gate_code: Mapped[str | None] = mapped_column(Sealed)
    driver_note: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[float]
    longitude: Mapped[float]
    place_is_exact: Mapped[bool] = mapped_column(default=False)

    e_mail: Mapped[str | None] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(5), default="pl")
    told_by: Mapped[ToldBy] = mapped_column(Word(ToldBy), default=ToldBy.SMS)
    mobility: Mapped[Mobility] = mapped_column(Word(Mobility), default=Mobility.WALKS)
    assistance: Mapped[Assistance] = mapped_column(Word(Assistance), default=Assistance.DOOR)
    usual_companion: Mapped[str | None] = mapped_column(String(120))
    notes: Mapped[str | None] = mapped_column(Text)
    personal_code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The code printed in a letter for those without a phone or e-mail."""
    personal_code_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    restricted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Processing restricted (RODO art. 18): no pages, no reminders."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    phones: Mapped[list[ResidentPhone]] = relationship(
        back_populates="resident", cascade="all, delete-orphan", order_by="ResidentPhone.position", lazy="selectin"
    )
    search_words: Mapped[list[ResidentSearchWord]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_residents_search_name", "search_name"),
        Index("ix_residents_search_street", "search_street"),
        CheckConstraint(
            "pesel_hash IS NOT NULL OR other_document_hash IS NOT NULL OR erased_at IS NOT NULL", name="identified"
        ),
    )

    @property
    def name(self) -> str:
        """First and last name."""
        return full_name(self.first_name, self.last_name)

    @property
    def address(self) -> str:
        """Street, number and flat in one line."""
        return address_line(self.street, self.house_number, self.flat_number)

    @property
    def whole_address(self) -> str:
        """The same with the town."""
        return f"{self.address}, {self.town}"

    def find_by_search(self) -> None:
        """Bring the search columns and words into line with names, address and phones; called after each change of these."""
        self.search_name = search_key(f"{self.last_name} {self.first_name}")
        self.sort_name = sort_key(f"{self.last_name} {self.first_name}")
        self.search_street = search_key(f"{self.street} {self.house_number}")[:160]
        wanted = words_of(
            self.first_name, self.last_name, self.street, self.house_number, [phone.number for phone in self.phones]
        )
        kept = [] if inspect(self).transient else [row for row in self.search_words if row.word in wanted]
        known = {row.word for row in kept}
        self.search_words = [*kept, *(ResidentSearchWord(word=word) for word in sorted(wanted - known))]


class ResidentSearchWord(Base):
    """One word a resident is found by: of the name, of the address, or an end of a phone number (with a leading ``+``)."""

    __tablename__ = "resident_search_words"

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(SearchWordText, primary_key=True)

    __table_args__ = (Index("ix_resident_search_words_word", "word", "resident_id"),)


class ResidentPhone(Base):
    """A phone of a resident; a land line cannot read an SMS."""

    __tablename__ = "resident_phones"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(20), index=True)
    """With the country's prefix: +48413312524."""
    land_line: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)

    resident: Mapped[Resident] = relationship(back_populates="phones")


class Representative(Base):
    """A relative, a carer, a clinic or an institution who may act for residents."""

    __tablename__ = "representatives"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RepresentativeKind] = mapped_column(Word(RepresentativeKind))
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(210), index=True)
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    e_mail: Mapped[str | None] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(5), default="pl")
    told_by: Mapped[ToldBy] = mapped_column(Word(ToldBy), default=ToldBy.SMS)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    representations: Mapped[list[Representation]] = relationship(back_populates="representative")


class Representation(Base):
    """A resident's recorded consent that somebody acts for them: who, how, when, which text, until when."""

    __tablename__ = "representations"

    id: Mapped[int] = mapped_column(primary_key=True)
    representative_id: Mapped[int] = mapped_column(ForeignKey("representatives.id"), index=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    said_name: Mapped[str | None] = mapped_column(String(200))
    said_kind: Mapped[RepresentativeKind | None] = mapped_column(Word(RepresentativeKind))
    """As the resident named them online. Shown to the resident in place of the register's words, which would tell whose a phone is."""
    scope: Mapped[Scope] = mapped_column(Word(Scope))
    told_of_rides: Mapped[bool] = mapped_column(default=True)
    """Wants reminders and news of the resident's rides."""
    consent_how: Mapped[ConsentHow] = mapped_column(Word(ConsentHow))
    consent_text: Mapped[str] = mapped_column(String(40))
    """The version of the consent's text."""
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_kind: Mapped[str] = mapped_column(String(20))
    recorded_by_id: Mapped[int | None]
    valid_until: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_kind: Mapped[str | None] = mapped_column(String(20))
    revoked_by_id: Mapped[int | None]

    representative: Mapped[Representative] = relationship(back_populates="representations")
    resident: Mapped[Resident] = relationship()

    @property
    def name_for_resident(self) -> str:
        """Who it is, in the resident's own words where there are any."""
        return self.said_name or self.representative.name

    @property
    def kind_for_resident(self) -> RepresentativeKind:
        """What they are to the resident, in the resident's own words where there are any."""
        return self.said_kind or self.representative.kind


class SignInCode(Base):
    """A six-digit code sent to a phone or an e-mail: ten minutes, five tries.

    A row is made for every contact that was typed, known or not: nothing about the page tells the two apart. Who may sign in with the
    contact is looked up after the right code.
    """

    __tablename__ = "sign_in_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    """Hash of the random text that names this code in the page that waits for it."""
    contact: Mapped[str] = mapped_column(Sealed)
    """The phone (+48…) or the e-mail, lower case."""
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The right code was given; it remains to choose who, when several share the contact."""
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PersonalDataRequest(Base):
    """What a resident asked about their data (RODO art. 15-18, 21): a register with its term of one month."""

    __tablename__ = "personal_data_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    kind: Mapped[DataRequestKind] = mapped_column(Word(DataRequestKind))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    outcome: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("resident_id", "kind", "received_at"),)

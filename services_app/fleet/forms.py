"""Forms of vehicles, drivers, shifts and absences."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Optional, ValidationError

from services_app import clock
from services_app.fleet.actions import ShiftFacts, VehicleFacts
from services_app.fleet.models import Contractor, Driver, Vehicle, VehicleKind
from services_app.places.positions import shown_position
from services_app.staff.models import StaffAccount
from services_app.web.as_it_was import ChangingForm
from services_app.web.forms import DayField, Form, HourField, WholeNumberField, as_choices, at_most, needed, within
from services_app.wording import WEEKDAYS

NOBODY = ""


def _number_or_none(text: str | None) -> int | None:
    return int(text) if text else None


def _contractor_choices(contractors: list[Contractor]) -> list[Any]:
    return as_choices([(NOBODY, _("– nie dotyczy –")), *((str(one.id), one.name) for one in contractors)])


class ContractorForm(ChangingForm):
    """A firm that drives for the centre."""

    name = StringField(_("Nazwa firmy"), [needed(_("Podaj nazwę firmy.")), at_most(160)])
    phone = StringField(_("Telefon"), [at_most(20)])
    agreement_number = StringField(_("Numer umowy"), [at_most(60)])

    def facts(self) -> dict[str, Any]:
        """What was typed, as columns of a contractor."""
        return {
            "name": self.name.data or "",
            "phone": self.phone.data or None,
            "agreement_number": self.agreement_number.data or None,
        }


def shown_contractor(contractor: Contractor) -> dict[str, Any]:
    """A firm as the form shows it."""
    return {name: getattr(contractor, name) or "" for name in ("name", "phone", "agreement_number")}


class VehicleForm(ChangingForm):
    """A vehicle."""

    name = StringField(_("Nazwa"), [needed(_("Podaj nazwę, pod którą wszyscy znają to auto.")), at_most(80)])
    plate = StringField(_("Numer rejestracyjny"), [needed(_("Podaj numer rejestracyjny.")), at_most(12)])
    kind = SelectField(
        _("Czyj samochód"),
        choices=as_choices([(VehicleKind.OWN.value, _("ośrodka")), (VehicleKind.CONTRACTOR.value, _("wykonawcy"))]),
    )
    contractor = SelectField(_("Wykonawca"), choices=[])
    seats = WholeNumberField(_("Miejsca siedzące dla pasażerów"), [needed(), within(1, 60)], default=4)
    wheelchair_places = WholeNumberField(_("Miejsca na wózki, których nie można złożyć"), [within(0, 10)], default=0)
    depot = StringField(_("Skąd auto wyjeżdża"), [at_most(120)])
    in_service_from = DayField(_("W służbie od"), [needed(_("Podaj pierwszy dzień."))])
    in_service_until = DayField(_("W służbie do"), [Optional()])

    def offer(self, contractors: list[Contractor]) -> None:
        """Fill the choice of contractors."""
        self.contractor.choices = _contractor_choices(contractors)

    def validate_contractor(self, field: Any) -> None:
        """A car of a contractor belongs to one of them."""
        if self.kind.data == VehicleKind.CONTRACTOR.value and field.data == NOBODY:
            raise ValidationError(_("Wybierz firmę. Nową dodasz na stronie „Samochody i kierowcy”."))
        if self.kind.data == VehicleKind.OWN.value and field.data != NOBODY:
            raise ValidationError(_("Samochód ośrodka nie ma wykonawcy. Zmień, czyj jest, albo wybierz „nie dotyczy”."))

    def validate_plate(self, field: Any) -> None:
        """Plates are written one way, so that one car is not entered twice."""
        field.data = " ".join((field.data or "").upper().split())

    def facts(self, depot: tuple[float, float]) -> VehicleFacts:
        """What was typed; a car of the centre's own has no contractor."""
        kind = VehicleKind(self.kind.data)
        return VehicleFacts(
            name=self.name.data or "", plate=self.plate.data or "", depot_latitude=depot[0], depot_longitude=depot[1],
            in_service_from=self.in_service_from.data, seats=self.seats.data or 1, wheelchair_places=self.wheelchair_places.data or 0,
            kind=kind, contractor_id=_number_or_none(self.contractor.data) if kind is VehicleKind.CONTRACTOR else None,
            in_service_until=self.in_service_until.data, depot=self.depot.data or None,
        )  # fmt: skip


def shown_depot(vehicle: Vehicle) -> str:
    """Where a vehicle leaves from, as typed; as a position where nobody typed it."""
    return vehicle.depot or shown_position(vehicle.depot_latitude, vehicle.depot_longitude)


def shown_vehicle(vehicle: Vehicle) -> dict[str, Any]:
    """A vehicle as the form shows it."""
    fields = ("name", "plate", "seats", "wheelchair_places", "in_service_from", "in_service_until")
    return {
        **{name: getattr(vehicle, name) for name in fields},
        "kind": vehicle.kind.value,
        "contractor": str(vehicle.contractor_id or NOBODY),
        "depot": shown_depot(vehicle),
    }


class DriverForm(ChangingForm):
    """A driver."""

    first_name = StringField(_("Imię"), [needed(_("Podaj imię.")), at_most(100)])
    last_name = StringField(_("Nazwisko"), [needed(_("Podaj nazwisko.")), at_most(100)])
    phone = StringField(_("Telefon"), [at_most(20)])
    contractor = SelectField(_("Wykonawca"), choices=[])
    account = SelectField(_("Konto w programie"), choices=[])
    carries_wheelchairs = BooleanField(_("Może wozić osoby na wózkach"), default=True)
    left_on = DayField(_("Ostatni dzień pracy"), [Optional()])

    def offer(self, contractors: list[Contractor], accounts: list[StaffAccount]) -> None:
        """Fill the choices: contractors, and accounts no other driver has."""
        self.contractor.choices = _contractor_choices(contractors)
        named = [(str(one.id), f"{one.name} ({one.e_mail})") for one in accounts]
        self.account.choices = as_choices([(NOBODY, _("– bez konta –")), *named])

    def facts(self) -> dict[str, Any]:
        """What was typed, as columns of a driver."""
        typed = {name: self[name].data for name in ("first_name", "last_name", "carries_wheelchairs", "left_on")}
        return {
            **typed, "phone": self.phone.data or None, "contractor_id": _number_or_none(self.contractor.data),
            "staff_account_id": _number_or_none(self.account.data),
        }  # fmt: skip


def shown_driver(driver: Driver) -> dict[str, Any]:
    """A driver as the form shows them."""
    return {
        **{name: getattr(driver, name) for name in ("first_name", "last_name", "carries_wheelchairs", "left_on")},
        "phone": driver.phone or "",
        "contractor": str(driver.contractor_id or NOBODY),
        "account": str(driver.staff_account_id or NOBODY),
    }


class ShiftForm(Form):
    """One shift, or the same shift on several days of the coming weeks."""

    vehicle = SelectField(_("Samochód"), [needed(_("Wybierz samochód."))], choices=[])
    driver = SelectField(_("Kierowca"), choices=[])
    first_on = DayField(_("Od dnia"), [needed(_("Podaj pierwszy dzień."))])
    last_on = DayField(_("Do dnia"), [Optional()])
    weekdays = SelectMultipleField(_("W które dni tygodnia"), choices=[])
    starts = HourField(_("Początek"), [needed(_("Podaj godzinę początku."))])
    ends = HourField(_("Koniec"), [needed(_("Podaj godzinę końca."))])
    break_minutes = WholeNumberField(_("Przerwa w minutach"), [within(0, 120)], default=30)
    break_from = HourField(_("Przerwa najwcześniej od"), [Optional()])
    break_until = HourField(_("Przerwa najpóźniej do"), [Optional()])

    def offer(self, vehicles: list[Vehicle], drivers: list[Driver]) -> None:
        """Fill the choices."""
        self.vehicle.choices = as_choices([(str(one.id), f"{one.name} ({one.plate})") for one in vehicles])
        self.driver.choices = as_choices(
            [(NOBODY, _("– jeszcze nie wiadomo –")), *((str(one.id), one.name) for one in drivers)]
        )
        self.weekdays.choices = as_choices([(str(number), _(words)) for number, words in enumerate(WEEKDAYS)])

    def validate_last_on(self, field: Any) -> None:
        """The last day does not come before the first, and at most half a year is planned at once."""
        if field.data is None or self.first_on.data is None:
            return
        if not 0 <= (field.data - self.first_on.data).days <= 184:
            raise ValueError(_("Ostatni dzień musi być po pierwszym, najwyżej pół roku później."))

    def facts_on(self, on: date) -> ShiftFacts:
        """The shift on one of its days; an hour the clock jumps over raises ``clock.NoSuchHour``."""

        def at(hour: time | None) -> Any:
            return None if hour is None else clock.moment_at(on, hour)

        return ShiftFacts(
            vehicle_id=int(self.vehicle.data), driver_id=_number_or_none(self.driver.data), starts_at=at(self.starts.data),
            ends_at=at(self.ends.data), break_minutes=self.break_minutes.data or 0, break_from_at=at(self.break_from.data),
            break_until_at=at(self.break_until.data),
        )  # fmt: skip


class AbsenceForm(Form):
    """A driver or a vehicle is away."""

    whose = SelectField(_("Kto albo co"), [needed(_("Wybierz kierowcę albo samochód."))], choices=[])
    from_on = DayField(_("Od dnia"), [needed(_("Podaj pierwszy dzień."))])
    until_on = DayField(_("Do dnia (włącznie)"), [needed(_("Podaj ostatni dzień."))])
    reason = StringField(
        _("Powód, bez danych o zdrowiu"), [needed(_("Podaj powód, na przykład: urlop, przegląd.")), at_most(120)]
    )

    def offer(self, vehicles: list[Vehicle], drivers: list[Driver]) -> None:
        """Fill the choice: drivers first, then vehicles."""
        people = [(f"driver:{one.id}", one.name) for one in drivers]
        self.whose.choices = as_choices(
            [*people, *((f"vehicle:{one.id}", f"{one.name} ({one.plate})") for one in vehicles)]
        )

    @property
    def ids(self) -> dict[str, int]:
        """``driver_id`` or ``vehicle_id`` of who is away."""
        kind, _colon, number = str(self.whose.data).partition(":")
        return {f"{kind}_id": int(number)}

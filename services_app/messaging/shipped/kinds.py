"""The kinds of messages, and what may stand in each: the values an action gives to ``queue_message``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from services_app.messaging.terms import Channel
from services_app.wording import N_, WARSAW, CalendarDay, until

Sample = object | Callable[[date], object]
"""A value, or what makes one of the day of the sample's ride."""


@dataclass(frozen=True)
class Place:
    """A place in a text: what staff see beside it, and a long but real sample (so a preview shows the worst case).

    Days and hours are put into words of any language; a sample that is words already has them ``elsewhere``, by language.
    """

    label: str
    sample: Sample
    elsewhere: Mapping[str, Sample] = field(default_factory=dict)

    def sample_in(self, language: str, on: date) -> object:
        """The sample as somebody would read it who gets messages in this language about a ride on a day."""
        sample = self.elsewhere.get(language, self.sample)
        return sample(on) if callable(sample) else sample


def sample_day(today: date) -> date:
    """The day of the sample's ride: the last Monday of the October to come, so that no day of the year to come is longer in words.

    The Sunday and the Friday before it have two digits, too: a sample is as long in every year.
    """
    for year in (today.year, today.year + 1):
        last = date(year, 10, 31)
        monday = last - timedelta(days=last.weekday())
        if monday > today:
            break
    return monday


def _itself(on: date) -> date:
    return on


def _afternoon(on: date) -> datetime:
    return datetime.combine(on, time(14), tzinfo=WARSAW)


def _evening_before(on: date) -> datetime:
    return datetime.combine(on - timedelta(days=1), time(23, 59), tzinfo=WARSAW)


def _friday_before(on: date) -> datetime:
    return datetime.combine(on - timedelta(days=3), time(15, 30), tzinfo=WARSAW)


PLACES: Mapping[str, Place] = {
    "sender": Place(N_("krótka nazwa nadawcy"), "MOPR"),
    "centre": Place(N_("pełna nazwa ośrodka"), "Miejski Ośrodek Pomocy Rodzinie w Kielcach"),
    "phone": Place(N_("telefon do nas"), "514 643 274"),
    "code": Place(N_("kod do zalogowania"), "204816"),
    "minutes": Place(N_("ile minut działa kod"), 10),
    "day": Place(N_("dzień przejazdu"), _itself),
    "on_day": Place(N_("dzień przejazdu, jak w zdaniu („we wtorek…”)"), _itself),
    "hour": Place(N_("godzina wyjazdu z domu"), time(10, 10)),
    "return_hour": Place(N_("godzina powrotu"), time(12, 30)),
    "return_call": Place(
        N_("powrót bez godziny, po telefonie"),
        "po telefonie do nas",
        {"en": "after you call us", "uk": "після дзвінка до нас"},
    ),
    "new_hour": Place(N_("nowa godzina przyjazdu auta"), time(10, 40)),
    "late": Place(N_("o ile minut później"), 30),
    "from": Place(N_("skąd"), "Zagórska 12"),
    "to": Place(N_("dokąd"), "Urząd Miasta, Rynek 1"),
    "plate": Place(N_("numer rejestracyjny auta"), "TK 12345"),
    "cancel_until": Place(N_("do kiedy można odwołać"), _evening_before),
    "by_phone": Place(
        N_("czy wystarczy zadzwonić, a jeśli telefon milknie wcześniej: do kiedy"),
        lambda on: f"Telefonicznie: {until(_friday_before(on))}",
        {
            "en": lambda on: f"By phone: {until(_friday_before(on), 'en')}",
            "uk": lambda on: f"Телефоном: {until(_friday_before(on), 'uk')}",
        },
    ),
    "phone_until": Place(
        N_("do kiedy odwołać przez telefon, gdy telefon milknie wcześniej; w SMS, dopóki nie potrzeba trzeciego"),
        _friday_before,
    ),
    "left": Place(
        N_("ile przejazdów zostało"),
        "Zostało przejazdów: 1 w tym miesiącu, 3 w tym roku",
        {"en": "Rides left: 1 this month, 3 this year", "uk": "Залишилося поїздок: 1 цього місяця, 3 цього року"},
    ),
    "counts": Place(
        N_("czy przejazd liczy się do limitu"),
        "Ten przejazd liczy się do limitu",
        {"en": "This ride counts towards the limit", "uk": "Ця поїздка зараховується до ліміту"},
    ),
    "reasons": Place(
        N_("powody odmowy"),
        "Limit na ten miesiąc jest już wykorzystany.",
        {"en": "This month’s limit is already used up.", "uk": "Ліміт на цей місяць уже вичерпано."},
    ),
    "closed_because": Place(
        N_("dlaczego tego dnia nie jeździmy; w SMS tylko, gdy się zmieści"),
        "gołoledź",
        {"en": "ice on the roads", "uk": "ожеледиця"},
    ),
    "who": Place(N_("kto (imię i nazwisko albo nazwa)"), "Anna Nowak"),
    "first_name": Place(N_("imię osoby, która jedzie"), "Aleksandra"),
    "scope": Place(
        N_("co wolno osobie upoważnionej"),
        "zamawiać, zmieniać i odwoływać przejazdy",
        {"en": "book, change and cancel rides", "uk": "замовляти, змінювати й скасовувати поїздки"},
    ),
    "last_day": Place(N_("do kiedy jest zgoda"), CalendarDay.of),
    "sign_in": Place(
        N_("logowanie, gdy wolno więcej niż dostawać wiadomości"), "logowanie", {"en": "sign-in", "uk": "вхід"}
    ),
    "what": Place(N_("co się stało"), "zamówiony przejazd", {"en": "ride booked", "uk": "замовлена поїздка"}),
    "link": Place(N_("adres strony"), "https://uslugi.example/zaproszenie/3f9a"),
    "ends_until": Place(N_("do kiedy działa adres"), _afternoon),
    "number": Place(N_("numer sprawy"), "D/1234/2028"),
    "answer_day": Place(N_("do którego dnia odpowiemy"), _itself),
    "answer": Place(
        N_("co odpowiedział pracownik"),
        "Dodaliśmy napisy do filmu. Przepraszamy, że ich nie było.",
        {
            "en": "We have added subtitles to the film. We are sorry they were missing.",
            "uk": "Ми додали субтитри до фільму. Вибачте, що їх не було.",
        },
    ),
}
"""Every place there is. Moments are put into words by their names: ``…hour`` as an hour, ``…until`` as a last moment."""

ALWAYS = ("sender", "centre", "phone")
"""Filled in by the outbox itself."""

LINKS = frozenset({"link"})
"""Addresses of our own; every other value is made harmless before it is filled in."""

NO_LONGER_SMS = frozenset({"phone_until", "closed_because"})
"""Said in an SMS as long as it takes two at most: whoever rings when the line is closed loses a ride of the limit."""

NOT_IN_SMS = frozenset({"from", "to", "who", "reasons", "answer"})
"""An SMS is read on a locked screen: a clinic's name tells about health, and a full name has no business there."""


@dataclass(frozen=True)
class Kind:
    """A kind of message: its name for staff, the values it needs, those it may have, and whether a person may tell it by phone."""

    label: str
    needed: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    may_be_called: bool = True

    @property
    def places(self) -> tuple[str, ...]:
        """All names a text of this kind may use."""
        days = ("on_day",) if "day" in (*self.needed, *self.possible) else ()
        return (*self.needed, *self.possible, *days, *ALWAYS)

    def allowed_in(self, channel: Channel) -> tuple[str, ...]:
        """The names a text of this kind may use in a channel."""
        return tuple(name for name in self.places if channel is not Channel.SMS or name not in NOT_IN_SMS)


_TERM = ("cancel_until", "by_phone", "phone_until")
_RIDE = ("return_hour", "return_call", "from", "to", "plate", *_TERM, "left")
_RELATIVE = ("first_name", "hour", "to", "plate")

KINDS: Mapping[str, Kind] = {
    "sign_in_code": Kind(N_("Kod do zalogowania"), ("code",), ("minutes",), may_be_called=False),
    "ride_confirmed": Kind(N_("Potwierdzenie przejazdu"), ("day", "hour"), _RIDE),
    "ride_moved": Kind(N_("Zmiana godziny przejazdu"), ("day", "hour"), _RIDE),
    "ride_cancelled": Kind(N_("Przejazd odwołany przez osobę"), ("day", "hour"), _RIDE),
    "ride_cancelled_by_operator": Kind(N_("Przejazd odwołany przez nas"), ("day", "hour"), (*_RIDE, "closed_because")),
    "ride_day_before": Kind(N_("Przypomnienie dzień wcześniej"), ("day", "hour"), _RIDE),
    "ride_morning": Kind(N_("Przypomnienie rano w dniu przejazdu"), ("day", "hour"), _RIDE),
    "ride_there_only": Kind(
        N_("Powrót odwołany, wyjazd zostaje"), ("day", "hour"), ("from", "to", "plate", *_TERM, "left")
    ),
    "ride_back_only": Kind(N_("Sam powrót: auto czeka na miejscu wizyty"), ("day", "hour"), _RIDE),
    "ride_back_by_phone": Kind(N_("Sam powrót po telefonie do nas"), ("day",), ("from", "to", *_TERM, "left")),
    "ride_other_car": Kind(N_("Przyjedzie inne auto"), ("plate",), ("day", "hour")),
    "ride_ready_taken": Kind(N_("Przyjęliśmy zgłoszenie powrotu"), (), ("day", "hour", "from", "to", "plate")),
    "ride_late": Kind(N_("Auto się spóźni"), ("new_hour", "late"), ("plate",)),
    "ride_refused_later": Kind(N_("Przejazd nie może się odbyć"), ("day", "hour"), ("reasons", "from", "to", "left")),
    "ride_no_show": Kind(N_("Kierowca nikogo nie zastał"), ("day", "hour", "counts"), ("to", "left")),
    "ride_missed": Kind(N_("Przejazd się nie odbył z naszej winy"), ("day", "hour"), ("to", "left")),
    "relative_picked_up": Kind(N_("Bliska osoba wsiadła do auta"), (), _RELATIVE),
    "relative_delivered": Kind(N_("Bliska osoba jest na miejscu"), (), _RELATIVE),
    "relative_going_home": Kind(N_("Bliska osoba wraca do domu"), (), ("first_name", "hour", "plate")),
    "relative_home": Kind(N_("Bliska osoba wróciła do domu"), (), _RELATIVE),
    "enrolment_received": Kind(N_("Zgłoszenie do programu przyjęte"), (), ("who",)),
    "enrolment_verified": Kind(N_("Zgłoszenie do programu sprawdzone"), (), ("who", "left")),
    "enrolment_refused": Kind(N_("Odmowa udziału w programie"), (), ("who", "reasons")),
    "enrolment_ended": Kind(N_("Koniec udziału w programie"), (), ("who", "reasons")),
    "representation_added": Kind(N_("Nowa osoba może działać w czyimś imieniu"), (), ("who", "scope", "last_day")),
    "representative_added": Kind(
        N_("Wiadomość do osoby, która może działać w czyimś imieniu"),
        ("scope",),
        ("first_name", "who", "last_day", "sign_in"),
    ),
    "representation_revoked": Kind(N_("Koniec działania w czyimś imieniu"), (), ("who",)),
    "representative_did": Kind(N_("Co zrobiła osoba upoważniona"), (), ("who", "what", "day", "hour", "return_hour")),
    "relative_notice": Kind(
        N_("Wiadomość do osoby bliskiej o przejeździe"),
        ("what",),
        ("day", "first_name", "hour", "return_hour", "return_call", "who", "from", "to", "plate", *_TERM),
    ),
    "staff_invitation": Kind(
        N_("Zaproszenie do pracy w programie"), ("link",), ("ends_until", "who"), may_be_called=False
    ),
    "accessibility_received": Kind(N_("Żądanie dostępności przyjęte"), ("number", "answer_day"), ("link",)),
    "accessibility_answered": Kind(
        N_("Odpowiedź na żądanie dostępności"), ("number", "what"), ("answer", "answer_day", "link")
    ),
    "application_received": Kind(N_("Zgłoszenie z internetu przyszło"), ("number",)),
    "application_accepted": Kind(N_("Zgłoszenie z internetu przyjęte"), ("number",)),
    "application_refused": Kind(N_("Odmowa przyjęcia zgłoszenia z internetu"), ("number",), ("reasons",)),
}
"""All kinds, by the word an action passes to ``queue_message``."""


ANY_DAY = date(2028, 1, 1)
"""A sample is as long whenever it is read."""


def sample_values(kind: Kind, language: str = "pl", *, today: date = ANY_DAY) -> dict[str, object]:
    """Values for a preview: real but long. A way back has an hour or goes by phone, never both; who is told one hour is told the first.

    What is added only to some SMS is left out, so that a preview counts the others right while somebody types.
    """
    left_out = {"on_day", "return_call", *NO_LONGER_SMS} | (set() if "return_call" in kind.places else {"return_hour"})
    on = sample_day(today)
    return {name: PLACES[name].sample_in(language, on) for name in kind.places if name not in left_out}

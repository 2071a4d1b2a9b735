"""Shipped wordings in Polish: for each kind an SMS (marks are taken off when it goes out), an e-mail's subject and text,
a sentence to say.
"""

from __future__ import annotations

FOOTER = "[\n\nPytania? Zadzwoń: {phone}.]\n\n{centre}\n"

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "sign_in_code": (
        "{code} to kod do zalogowania.[ Działa {minutes} min.] Nie podawaj go nikomu.[ Tel. {phone}]",
        "Kod do zalogowania",
        (
            "Dzień dobry,\n\nkod do zalogowania to {code}.[ Działa {minutes} minut.]\n\n"
            "Nie podawaj go nikomu. Jeśli to nie Ty się logujesz, nic nie musisz robić."
        ),
        "Kod do zalogowania to {code}.",
    ),
    "ride_confirmed": (
        (
            "{hour} wyjazd z domu, {day}.[ Powrót {return_hour}.][ Powrót {return_call}.]"
            "[ Odwołać można {cancel_until}.][ Tel. {phone}][ {phone_until}]"
        ),
        "Przejazd {on_day}, {hour}",
        (
            "Dzień dobry,\n\nprzejazd jest zamówiony.\n\n"
            "{day}\nWyjazd z domu: {hour}[\nSkąd: {from}][\nDokąd: {to}][\nPowrót: {return_hour}][\nPowrót: {return_call}]"
            "[\nAuto: {plate}]\n\n[Przejazd można odwołać {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Dzień dobry. Przejazd jest zamówiony: {day}. Wyjazd z domu o {hour}.[ Powrót o {return_hour}.][ Powrót {return_call}.][ "
            "Odwołać można {cancel_until}.][ {by_phone}.][ {left}.]"
        ),
    ),
    "ride_moved": (
        (
            "{hour} to nowa godzina wyjazdu, {day}.[ Powrót {return_hour}.]"
            "[ Powrót {return_call}.][ Odwołać można {cancel_until}.][ Tel. {phone}][ {phone_until}]"
        ),
        "Zmiana przejazdu: {day}, {hour}",
        (
            "Dzień dobry,\n\nprzejazd jest zmieniony. Teraz wygląda tak:\n\n{day}\nWyjazd z domu: {hour}[\nSkąd: {from}][\nDokąd: {to}]"
            "[\nPowrót: {return_hour}]"
            "[\nPowrót: {return_call}][\nAuto: {plate}]\n\n[Przejazd można odwołać {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Dzień dobry. Przejazd jest zmieniony. Teraz jest {on_day}, wyjazd z domu o {hour}.[ Powrót o "
            "{return_hour}.][ Powrót {return_call}.] Czy tak będzie dobrze?"
        ),
    ),
    "ride_cancelled": (
        "przejazd {day}, {hour} jest odwołany. Jeśli to pomyłka, zadzwoń: {phone}",
        "Przejazd odwołany: {day}",
        (
            "Dzień dobry,\n\nprzejazd {on_day}, {hour}[, {to},] jest odwołany. Auto nie przyjedzie.[\n\n{left}]\n\n"
            "Jeśli to pomyłka, zadzwoń."
        ),
        "Dzień dobry. Przejazd {on_day}, {hour}, jest odwołany. Auto nie przyjedzie. Czy to się zgadza?",
    ),
    "ride_cancelled_by_operator": (
        (
            "przepraszamy, przejazd {day}, {hour} się nie odbędzie.[ Powód: {closed_because}.] Limit bez zmian. "
            "Zadzwoń po inny termin: {phone}"
        ),
        "Przejazd się nie odbędzie: {day}",
        (
            "Dzień dobry,\n\nprzepraszamy. Przejazd {on_day}, {hour}[, {to},] się nie odbędzie z naszej winy."
            "[ Powód: {closed_because}.]\n\nTen przejazd nie zmniejsza limitu. Zadzwoń, znajdziemy inny termin."
        ),
        (
            "Dzień dobry. Bardzo przepraszamy. Przejazd {on_day}, {hour}, się nie odbędzie z naszej winy.[ Powód: {closed_because}.] "
            "Nie zmniejsza to limitu. Czy mogę zaproponować inny termin?"
        ),
    ),
    "ride_day_before": (
        (
            "{hour} wyjazd z domu, {day}.[ Powrót {return_hour}.][ Powrót {return_call}.]"
            "[ Bez straty odwołasz {cancel_until}.][ Tel. {phone}][ {phone_until}]"
        ),
        "Przypomnienie: przejazd {on_day}, {hour}",
        (
            "Dzień dobry,\n\nprzypominamy o przejeździe.\n\n"
            "{day}\nWyjazd z domu: {hour}[\nSkąd: {from}][\nDokąd: {to}][\nPowrót: {return_hour}][\nPowrót: {return_call}]"
            "[\nAuto: {plate}]\n\n[Przejazd można odwołać {cancel_until} bez utraty limitu. ][{by_phone}.]"
        ),
        (
            "Dzień dobry. Przypominamy o przejeździe {on_day}. Wyjazd z domu o {hour}.[ Powrót o {return_hour}.][ Powrót {return_call}.]"
            "[ Odwołać bez utraty limitu można {cancel_until}.][ {by_phone}.] Czy przejazd jest aktualny?"
        ),
    ),
    "ride_morning": (
        "dziś {hour} wyjazd z domu.[ Auto {plate}.][ Powrót {return_hour}.][ Powrót {return_call}.] Coś się zmieniło?[ Tel. {phone}]",
        "Dziś przejazd: {hour}",
        (
            "Dzień dobry,\n\ndziś jest przejazd.\n\n{day}\nWyjazd z domu: {hour}[\nSkąd: {from}][\nDokąd: {to}][\nPowrót: {return_hour}]"
            "[\nPowrót: {return_call}]"
            "[\nAuto: {plate}]\n\nCoś się zmieniło? Zadzwoń od razu."
        ),
        (
            "Dzień dobry. Przypominamy: dziś o {hour} wyjazd z domu.[ Przyjedzie auto {plate}.][ Powrót o {return_hour}.]"
            "[ Powrót {return_call}.]"
        ),
    ),
    "ride_there_only": (
        "{hour} wyjazd z domu zostaje, {day}. Powrót odwołany.[ Odwołać można {cancel_until}.][ Tel. {phone}][ {phone_until}]",
        "Powrót odwołany, wyjazd zostaje: {on_day}, {hour}",
        (
            "Dzień dobry,\n\npowrót jest odwołany. Po drogę do domu auto nie przyjedzie. Wyjazd zostaje.\n\n{day}\nWyjazd: {hour}"
            "[\nSkąd: {from}][\nDokąd: {to}][\nAuto: {plate}]\n\n[Przejazd można odwołać {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Dzień dobry. Powrót jest odwołany. Wyjazd z domu zostaje, {on_day}, o {hour}.[ Odwołać można "
            "{cancel_until}.][ {by_phone}.]"
        ),
    ),
    "ride_back_only": (
        "{hour} auto zabierze do domu, {day}. Drogi tam nie ma.[ Odwołać można {cancel_until}.][ Tel. {phone}][ {phone_until}]",
        "Tylko powrót: {on_day}, {hour}",
        (
            "Dzień dobry,\n\nwieziemy tylko z powrotem. Po drogę tam auto nie przyjedzie.\n\n{day}\nAuto zabierze do domu: {hour}"
            "[\nSkąd: {from}][\nDokąd: {to}][\nAuto: {plate}]\n\n[Przejazd można odwołać {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Dzień dobry. Wieziemy tylko z powrotem, {on_day}. Auto zabierze do domu o {hour}. Drogi tam nie ma.[ Odwołać można "
            "{cancel_until}.][ {by_phone}.]"
        ),
    ),
    "ride_back_by_phone": (
        "tylko powrót: {day}. Zadzwoń po wizycie, auto przyjedzie.[ Odwołać można {cancel_until}.][ Tel. {phone}][ {phone_until}]",
        "Tylko powrót, po telefonie: {on_day}",
        (
            "Dzień dobry,\n\nwieziemy tylko z powrotem. Po drogę tam auto nie przyjedzie.\n\n"
            "{day}\nPowrót: zadzwoń po wizycie, powiemy, kiedy będzie auto.[\nSkąd: {from}][\nDokąd: {to}]\n\n"
            "[Przejazd można odwołać {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Dzień dobry. Wieziemy tylko z powrotem, {on_day}. Drogi tam nie ma. Proszę zadzwonić po wizycie, powiemy, kiedy będzie auto."
            "[ Odwołać można {cancel_until}.][ {by_phone}.]"
        ),
    ),
    "ride_other_car": (
        "[{hour}: ]przyjedzie inne auto, numer {plate}. Godzina bez zmian.[ Tel. {phone}]",
        "Przyjedzie inne auto: {plate}",
        "Dzień dobry,\n\nprzyjedzie inne auto, niż podaliśmy wcześniej.\n\n[{day}\n][Godzina: {hour}\n]Auto: {plate}\n\nGodzina bez zmian.",
        "Dzień dobry. Przyjedzie inne auto. Numer: {plate}.[ Godzina bez zmian: {hour}.]",
    ),
    "ride_ready_taken": (
        "[{hour} ]auto przyjedzie zabrać do domu.[ Numer {plate}.] Proszę czekać przy wejściu.[ Tel. {phone}]",
        "Auto do domu jest w drodze",
        "Dzień dobry,\n\nwiemy, że można już wracać.[ Auto przyjedzie o {hour}.][ Numer: {plate}.]\n\nProszę czekać przy wejściu.",
        "Wiemy, że można już wracać.[ Auto przyjedzie o {hour}.] Proszę czekać przy wejściu.",
    ),
    "ride_late": (
        "{new_hour} przyjedzie auto, około {late} min później. Przepraszamy.[ Numer {plate}.][ Tel. {phone}]",
        "Auto przyjedzie później, około {new_hour}",
        (
            "Dzień dobry,\n\nprzepraszamy. Auto spóźni się około {late} minut. Przyjedzie około godziny {new_hour}.[\nNumer auta: {plate}]"
            "\n\nNie trzeba nic robić. Jeśli to za późno, zadzwoń."
        ),
        "Dzień dobry. Przepraszamy, auto spóźni się około {late} minut. Przyjedzie około godziny {new_hour}. Czy tak może być?",
    ),
    "ride_refused_later": (
        "przejazd {day}, {hour} nie może się odbyć. Zadzwoń, powiemy dlaczego i poszukamy innego: {phone}",
        "Przejazd nie może się odbyć: {day}",
        (
            "Dzień dobry,\n\nprzejazd {on_day}, {hour}[, {to},] nie może się odbyć.[\n\nDlaczego: {reasons}][\n\n{left}]\n\n"
            "Zadzwoń. Powiemy, co można zrobić zamiast tego."
        ),
        "Dzień dobry. Przejazd {on_day}, {hour}, nie może się odbyć.[ Powód: {reasons}] Poszukajmy razem innego rozwiązania.",
    ),
    "ride_no_show": (
        "kierowca nikogo nie zastał: {day}, {hour}. {counts}. Jeśli to pomyłka, zadzwoń: {phone}",
        "Kierowca nikogo nie zastał: {day}",
        (
            "Dzień dobry,\n\nprzejazd {on_day}, {hour}[, {to},] się nie odbył. Zapisaliśmy, że kierowca nikogo nie zastał.\n\n"
            "{counts}.[\n\n{left}]\n\nJeśli było inaczej albo stało się coś ważnego, zadzwoń. Wyjaśnimy to i poprawimy."
        ),
        (
            "Dzień dobry. Przejazd {on_day}, {hour}, się nie odbył. Mamy zapisane, że kierowca nikogo nie zastał. {counts}.[ {left}.] "
            "Czy tak było?"
        ),
    ),
    "ride_missed": (
        "przepraszamy, przejazd {day}, {hour} nie odbył się z naszej winy. Limit bez zmian. Zadzwoń po inny: {phone}",
        "Przepraszamy, przejazd się nie odbył: {day}",
        (
            "Dzień dobry,\n\nprzepraszamy. Przejazd {on_day}, {hour}[, {to},] nie odbył się z naszej winy.\n\n"
            "Ten przejazd nie liczy się do limitu.[\n\n{left}]\n\nZadzwoń, znajdziemy inny termin. Zadzwoń też, jeśli było inaczej."
        ),
        (
            "Dzień dobry. Bardzo przepraszamy. Przejazd {on_day}, {hour}, nie odbył się z naszej winy i nie liczy się do limitu."
            "[ {left}.] Czy mogę zaproponować inny termin?"
        ),
    ),
    "relative_picked_up": (
        "[{hour} - ][{first_name}: ]wyjazd, bliska osoba jest już w aucie.[ Tel. {phone}]",
        "Bliska osoba jedzie",
        "Dzień dobry,\n\n[{first_name}: ]bliska osoba jest już w aucie[, godzina {hour}].[\nDokąd: {to}][\nAuto: {plate}]",
        "Dzień dobry. Bliska osoba[, {first_name},] jest już w aucie[ od {hour}].",
    ),
    "relative_delivered": (
        "[{hour} - ][{first_name}: ]bliska osoba dojechała na miejsce.[ Tel. {phone}]",
        "Bliska osoba jest na miejscu",
        "Dzień dobry,\n\n[{first_name}: ]bliska osoba dojechała na miejsce[, godzina {hour}].[\nGdzie: {to}]",
        "Dzień dobry. Bliska osoba[, {first_name},] dojechała na miejsce[ o {hour}].",
    ),
    "relative_going_home": (
        "[{hour} - ][{first_name}: ]powrót, bliska osoba jest już w aucie.[ Tel. {phone}]",
        "Bliska osoba wraca do domu",
        "Dzień dobry,\n\n[{first_name}: ]bliska osoba wraca do domu. Jest już w aucie[, godzina {hour}].[\nAuto: {plate}]",
        "Dzień dobry. Bliska osoba[, {first_name},] wraca do domu. Jest już w aucie[ od {hour}].",
    ),
    "relative_home": (
        "[{hour} - ][{first_name}: ]bliska osoba jest znów w domu.[ Tel. {phone}]",
        "Bliska osoba jest w domu",
        "Dzień dobry,\n\n[{first_name}: ]bliska osoba jest znów w domu[, godzina {hour}].",
        "Dzień dobry. Bliska osoba[, {first_name},] jest znów w domu[ od {hour}].",
    ),
    "enrolment_received": (
        "mamy zgłoszenie do programu przejazdów. Sprawdzimy je i damy znać.[ Tel. {phone}]",
        "Mamy zgłoszenie do programu przejazdów",
        "Dzień dobry,\n\nmamy zgłoszenie do programu przejazdów[: {who}].\n\nSprawdzimy je i damy znać. Nic więcej nie trzeba robić.",
        "Dzień dobry. Mamy zgłoszenie do programu przejazdów. Sprawdzimy je i damy znać.",
    ),
    "enrolment_verified": (
        "zgłoszenie do programu sprawdzone. Można zamawiać przejazdy: {phone}",
        "Można zamawiać przejazdy",
        (
            "Dzień dobry,\n\n"
            "zgłoszenie do programu jest sprawdzone[: {who}]. Można zamawiać przejazdy na stronie i przez telefon.[\n\n{left}]"
        ),
        "Dzień dobry. Zgłoszenie do programu jest sprawdzone. Można zamawiać przejazdy, także teraz, w tej rozmowie.",
    ),
    "enrolment_refused": (
        "odpowiedź na zgłoszenie do programu przejazdów jest gotowa. Zadzwoń, wyjaśnimy wszystko: {phone}",
        "Odpowiedź na zgłoszenie do programu przejazdów",
        (
            "Dzień dobry,\n\nnie możemy teraz przyjąć zgłoszenia do programu przejazdów[: {who}].[\n\nDlaczego: {reasons}]\n\n"
            "Osoby od 70 lat jeżdżą autobusami miejskimi za darmo. Zadzwoń, powiemy o innej pomocy."
        ),
        (
            "Dzień dobry. Nie możemy teraz przyjąć zgłoszenia do programu przejazdów.[ Powód: {reasons}] "
            "Osoby od 70 lat jeżdżą autobusami miejskimi za darmo. Powiem też o innej pomocy."
        ),
    ),
    "enrolment_ended": (
        "udział w programie przejazdów jest zakończony. Jeśli to pomyłka, zadzwoń: {phone}",
        "Koniec udziału w programie przejazdów",
        (
            "Dzień dobry,\n\nudział w programie przejazdów jest zakończony[: {who}].[\n\nDlaczego: {reasons}]\n\n"
            "Zamówione przejazdy zostają. Nowych nie można zamówić. Zgłosić się można jeszcze raz. Jeśli to pomyłka, zadzwoń."
        ),
        (
            "Dzień dobry. Udział w programie przejazdów jest zakończony.[ Powód: {reasons}] Zamówione przejazdy zostają. "
            "Nowych nie można zamówić. Czy to się zgadza?"
        ),
    ),
    "representation_added": (
        "zapisaliśmy zgodę na działanie w Twoim imieniu[: {scope}][, do {last_day}]. Jeśli to pomyłka, zadzwoń: {phone}",
        "Zgoda na działanie w Twoim imieniu",
        (
            "Dzień dobry,\n\nzapisaliśmy zgodę na działanie w Twoim imieniu.[\n\nKto: {who}][\nCo może: {scope}]"
            "[\nDo kiedy: {last_day}]\n\n"
            "Zgodę można cofnąć w każdej chwili: na naszej stronie albo przez telefon. Jeśli to pomyłka, zadzwoń."
        ),
        (
            "Dzień dobry. Zapisaliśmy zgodę na działanie w Twoim imieniu[. Kto: {who}][. Co może: {scope}][. Do kiedy: {last_day}]. "
            "Można ją cofnąć w każdej chwili."
        ),
    ),
    "representative_added": (
        "[{first_name} zgadza się: ]możesz {scope}[, do {last_day}]. Na stronie:[ {sign_in},] Twoje prawa.[ Tel. {phone}]",
        "Zgoda na Twoją pomoc przy przejazdach",
        (
            "Dzień dobry,\n\nzapisaliśmy Twój kontakt, bo możesz pomagać przy przejazdach.\n\n"
            "[Kto się zgadza: {who}\n]Co możesz: {scope}[\nDo kiedy: {last_day}]\n\n"
            "Kto dał zgodę, może ją cofnąć w każdej chwili: na naszej stronie albo przez telefon. "
            "Jeśli to pomyłka albo nie chcesz pomagać, zadzwoń do nas.\n\n"
            "Na naszej stronie:[ {sign_in},] Twoje prawa („Ochrona danych”)."
        ),
        (
            "Dzień dobry. Zapisaliśmy ten kontakt, bo jest zgoda na pomoc przy przejazdach[. Kto się zgadza: {who}]. "
            "Wolno {scope}[, do {last_day}]. Zgodę można cofnąć w każdej chwili. Prawa są na stronie „Ochrona danych”. Czy to się zgadza?"
        ),
    ),
    "representation_revoked": (
        "zgoda na działanie w czyimś imieniu przy przejazdach jest cofnięta. Pytania?[ Tel. {phone}]",
        "Koniec zgody na działanie w czyimś imieniu",
        (
            "Dzień dobry,\n\nzgoda na zamawianie i odwoływanie przejazdów w czyimś imieniu jest cofnięta[: {who}].\n\n"
            "Zamówione przejazdy zostają. Jeśli to pomyłka, zadzwoń."
        ),
        "Dzień dobry. Zgoda na zamawianie przejazdów w czyimś imieniu jest cofnięta[: {who}].",
    ),
    "representative_did": (
        "[{what}, ][{day}, ][{hour}, ][powrót {return_hour}, ]zrobiła to osoba upoważniona. Jeśli to pomyłka, zadzwoń: {phone}",
        "Osoba upoważniona coś zmieniła",
        (
            "Dzień dobry,\n\n"
            "osoba upoważniona[, {who},] zmieniła coś w przejazdach.[\nCo: {what}][\nDzień: {day}][\nWyjazd z domu: {hour}]"
            "[\nPowrót do domu: {return_hour}]\n\n"
            "Jeśli to pomyłka, zadzwoń. Zgodę można cofnąć w każdej chwili."
        ),
        (
            "Dzień dobry. Osoba upoważniona[, {who},] zmieniła coś w przejazdach[: {what}][, {day}][, wyjazd o {hour}]"
            "[, powrót o {return_hour}]. Czy to się zgadza?"
        ),
    ),
    "relative_notice": (
        "[{hour}, ][powrót {return_hour}, ][{day}: ]{what}[, jedzie {first_name}]. Pytania?[ Tel. {phone}]",
        "Przejazd bliskiej osoby[: {day}]",
        (
            "Dzień dobry,\n\n"
            "przekazujemy wiadomość o przejeździe bliskiej osoby[: {who}].[\nCo: {what}][\nDzień: {day}][\nWyjazd z domu: {hour}]"
            "[\nSkąd: {from}][\nDokąd: {to}][\nPowrót do domu: {return_hour}][\nPowrót do domu: {return_call}][\nAuto: {plate}]"
            "[\n\nPrzejazd można odwołać {cancel_until}.][ {by_phone}.]"
        ),
        (
            "Dzień dobry. Przekazuję wiadomość o przejeździe bliskiej osoby[: {who}].[ {what}][, {day}][, wyjazd o {hour}]"
            "[, powrót o {return_hour}][, powrót {return_call}].[ Odwołać można {cancel_until}.][ {by_phone}.]"
        ),
    ),
    "staff_invitation": (
        "zaproszenie do programu: {link}[ Działa {ends_until}.][ Tel. {phone}]",
        "Zaproszenie do programu",
        (
            "Dzień dobry,\n\nczeka na Ciebie konto w naszym programie. Otwórz tę stronę i ustaw hasło:\n\n{link}[\n\n"
            "Adres działa {ends_until}.]\n\n"
            "Nie przekazuj go nikomu."
        ),
        "Zaproszenie do programu wysyłamy tylko e-mailem lub SMS.",
    ),
    "accessibility_received": (
        "mamy żądanie {number}. Odpowiemy do dnia: {answer_day}.[ Szczegóły: {link}][ Tel. {phone}]",
        "Mamy żądanie dostępności {number}",
        (
            "Dzień dobry,\n\nmamy żądanie zapewnienia dostępności. Jego numer to {number}.\n\nOdpowiemy najpóźniej: {answer_day}.[\n\n"
            "Tu widać, co się z nim dzieje:\n{link}]"
        ),
        "Dzień dobry. Mamy żądanie zapewnienia dostępności. Jego numer to {number}. Odpowiemy najpóźniej: {answer_day}.",
    ),
    "accessibility_answered": (
        "żądanie {number}: {what}[ Nowy termin: {answer_day}.][ {link}][ Tel. {phone}]",
        "Odpowiedź na żądanie dostępności {number}",
        (
            "Dzień dobry,\n\nodpowiadamy na żądanie zapewnienia dostępności {number}.\n\n{what}[\n\n{answer}][\n\n"
            "Nowy termin: {answer_day}.][\n\nTu jest całość i Twoje prawa:\n{link}]"
        ),
        "Dzień dobry. Odpowiadamy na żądanie zapewnienia dostępności {number}. {what}[ {answer}][ Nowy termin: {answer_day}.]",
    ),
    "application_received": (
        "mamy zgłoszenie {number} do programu przejazdów. Zadzwonimy, żeby je potwierdzić.[ Tel. {phone}]",
        "Mamy zgłoszenie {number}",
        (
            "Dzień dobry,\n\nmamy zgłoszenie do programu przejazdów. Jego numer to {number}.\n\n"
            "Pracownik zadzwoni, żeby je potwierdzić. Nic więcej nie trzeba robić."
        ),
        "Dzień dobry. Mamy zgłoszenie do programu przejazdów. Jego numer to {number}. Chcę je teraz potwierdzić.",
    ),
    "application_accepted": (
        "zgłoszenie {number} jest przyjęte. Koordynator sprawdzi warunki i damy znać.[ Tel. {phone}]",
        "Zgłoszenie {number} jest przyjęte",
        (
            "Dzień dobry,\n\nzgłoszenie {number} do programu przejazdów jest przyjęte.\n\n"
            "Koordynator sprawdzi jeszcze warunki. Damy znać, co z nich wynika."
        ),
        "Dzień dobry. Zgłoszenie {number} do programu przejazdów jest przyjęte. Koordynator sprawdzi jeszcze warunki i damy znać.",
    ),
    "application_refused": (
        "nie możemy przyjąć zgłoszenia {number}. Zadzwoń, powiemy dlaczego i co można zrobić: {phone}",
        "Odpowiedź na zgłoszenie {number}",
        (
            "Dzień dobry,\n\nnie możemy przyjąć zgłoszenia {number} do programu przejazdów.[\n\nDlaczego: {reasons}]\n\n"
            "Osoby od 70 lat jeżdżą autobusami miejskimi za darmo. Zadzwoń, powiemy o innej pomocy."
        ),
        (
            "Dzień dobry. Nie możemy przyjąć zgłoszenia {number} do programu przejazdów.[ Powód: {reasons}] "
            "Osoby od 70 lat jeżdżą autobusami miejskimi za darmo. Powiem też o innej pomocy."
        ),
    ),
}

"""The pages people wait for against a bare Flask page with one indexed SELECT: same gunicorn, same database, in turns, as a client waits;
with 1,000 rides and 200 residents, and with 1,000,000 and 50,000. The day shown has 100 rides in both, and the caller the same rides of her
own. "Times the bare page" compares medians with the many rides. An unchanged day is kept drawn: the day list is measured as it is shown
again; how long it takes the first time after a change stands in a line of its own.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask import session as cookie

from bench.harness import HOME, Figure, Place, Times, percentile
from bench.town import CALLER, Town, fill
from services_app import clock
from services_app.database import transaction
from services_app.web.sessions import open_sign_in
from tests.processes import BIN, free_port, start, wait_until_live
from tests.settings import app_on, environment_for

FEW, MANY = (1_000, 200), (1_000_000, 50_000)
"""Stored rides and residents."""
AT_MOST, AT_MOST_GROWN = 4.0, 1.3
_IDLE_SECONDS = 2
ROUNDS, ROUNDS_IN_A_HURRY = 400, 30
SEARCHES = {
    "a surname's beginning (wis)": "wis",
    "surname and name": "wisniewska maria",
    "phone": "600000123",
    "its end": "0123",
}


@dataclass(frozen=True)
class Asked:
    """One page: its address and who opens it."""

    path: str
    kind: str
    who: int


def pages_of(town: Town) -> dict[str, Asked]:
    """The four pages, each as the one who uses it."""
    caller = ("resident", CALLER)
    return {
        "booking form": Asked("/przejazdy/zamow/nowe/dokad", *caller),
        "operator's card": Asked(f"/przejazdy/biurko/{CALLER}", "staff", town.operator_id),
        "My rides": Asked("/przejazdy/moje", *caller),
        "day list": Asked("/przejazdy/dzien", "staff", town.coordinator_id),
    }


def figures(place: Place) -> list[Figure]:
    """Both promises, and searching among all residents."""
    many = (20_000, 2_000) if place.hurry else MANY
    rounds = ROUNDS_IN_A_HURRY if place.hurry else ROUNDS
    began = time.monotonic()
    towns = {name: _filled(place, name, *size) for name, size in (("few", FEW), ("many", many))}
    filling = time.monotonic() - began
    with contextlib.ExitStack() as stack:
        sites = {name: stack.enter_context(_served(town)) for name, town in towns.items()}
        load = os.getloadavg()[0]
        few, lots = measured(sites, rounds).values()
        found = searched(sites["many"], max(rounds // 4, 10))
        found.append(drawn_anew(sites["many"], lots["bare"], max(rounds // 4, 10)))
    return [
        *_against_reference(lots),
        *_growth(few, lots),
        *found,
        Figure("filling both databases", round(filling), "s"),
        Figure(
            "load of the machine while measuring, on average", round((load + os.getloadavg()[0]) / 2, 1), "processes"
        ),
    ]


def _against_reference(lots: Mapping[str, Times]) -> list[Figure]:
    bare = lots["bare"]
    listed = [Figure("bare Flask page: wall / processor p50", round(bare.wall_p50(), 2), f"/ {bare.p50():.2f} ms")]
    for name, taken in lots.items():
        if name != "bare":
            times = round(taken.wall_p50() / bare.wall_p50(), 2)
            listed.append(Figure(f"{name}: times the bare page", times, "×", AT_MOST))
            listed.append(Figure(f"{name}: wall p50 / p95", round(taken.wall_p50(), 2), f"/ {taken.wall_p95():.2f} ms"))
            listed.append(Figure(f"{name}: processor p50", round(taken.p50(), 2), "ms"))
    return listed


def _growth(few: Mapping[str, Times], lots: Mapping[str, Times]) -> list[Figure]:
    """How much slower each page is with many rides; the median of the quotients of each turn, so that noise of a moment hits both."""
    listed = []
    for name in few:
        quotients = [big / little for little, big in zip(few[name].wall, lots[name].wall, strict=True)]
        limit = None if name == "bare" else AT_MOST_GROWN
        listed.append(Figure(f"{name}: slower with many rides", round(statistics.median(quotients), 2), "×", limit))
    return listed


# --- serving ----------------------------------------------------------------------------------------------------------------------------


@dataclass
class Site:
    """A running server with a filled database, and the cookies of those who open its pages."""

    port: int
    worker: int
    town: Town
    cookies: dict[tuple[str, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """A filled database, not yet served."""

    url: str
    folder: Path
    town: Town


def _filled(place: Place, name: str, rides: int, residents: int) -> Filled:
    folder = place.folder / name
    folder.mkdir()
    url = place.database(f"pages_{name}")
    with app_on(url, folder, TESTING=False) as app:
        return Filled(url, folder, fill(app, rides=rides, residents=residents))


@contextlib.contextmanager
def _served(filled: Filled) -> Iterator[Site]:
    """A filled database behind one worker of gunicorn, set up as in production."""
    with app_on(filled.url, filled.folder, TESTING=False) as app:
        pages = pages_of(filled.town).values()
        cookies = {(one.kind, one.who): cookie_of(app, one.kind, one.who) for one in pages}
    with served(filled.url, filled.folder) as (port, worker):
        yield Site(port, worker, filled.town, cookies)


@contextlib.contextmanager
def served(url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Gunicorn with the product and the bare page: its port and the id of its worker."""
    port = free_port()
    environment = {**environment_for(url, folder), "WEB_WORKERS": "1", "PORT": str(port)}
    running = start([str(BIN / "gunicorn"), "bench.served:side_by_side()"], environment, folder / "gunicorn.log", port)
    try:
        wait_until_live(running)
        yield port, running.children()[0]
    finally:
        running.kill_all()


def cookie_of(app: Flask, kind: str, who: int) -> str:
    """The cookie header of somebody who has signed in."""
    with app.test_request_context("/", method="POST", base_url=HOME):
        with transaction() as session:
            token = open_sign_in(session, kind, who, now=clock.now())
        cookie.clear()
        cookie.update({"_user_id": token, "_fresh": True, "who": f"{kind}:{who}", "seen": int(clock.now().timestamp())})
        answer = app.response_class()
        app.session_interface.save_session(app, cookie._get_current_object(), answer)  # type: ignore[attr-defined]  # the proxy's own object
        return str(answer.headers["Set-Cookie"]).split(";")[0]


# --- asking -----------------------------------------------------------------------------------------------------------------------------


class Client:
    """One browser's connection, kept open; a cookie the server renews is kept, too."""

    def __init__(self, site: Site, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        self.worker, self.cookie = site.worker, cookie
        self._used_at = 0.0
        self.wall: list[float] = []
        self.processor: list[float] = []

    def ask(self, path: str, *, keep: bool = True) -> bytes:
        """Fetch a page and note how long it took: the client's wait, and the processor time of the server's worker."""
        headers = {"Host": "localhost", "Cookie": self.cookie, "Accept-Language": "pl"}
        self._connect_afresh_when_idle()
        before, began = processor_ms(self.worker), time.perf_counter()
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status} {answer.headers.get('Location')}")
        for renewed in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = renewed.split(";")[0]
        if keep:
            self.wall.append(took)
            self.processor.append(processor_ms(self.worker) - before)
        return body

    def _connect_afresh_when_idle(self) -> None:
        """The server closes a connection nobody used for some seconds; opening one is not what is measured."""
        now = time.monotonic()
        if now - self._used_at > _IDLE_SECONDS:
            self.connection.close()
            self.connection.connect()
        self._used_at = now


def processor_ms(process: int) -> float:
    """The processor time a process has used, all its threads together."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


def measured(sites: Mapping[str, Site], rounds: int, warm_up: int = 10) -> dict[str, dict[str, Times]]:
    """For each site each page's times: one of each a round, sites and pages in turns."""
    asked: dict[str, dict[str, tuple[Client, str]]] = {}
    for site_name, site in sites.items():
        pages = pages_of(site.town)
        calls = {name: (Client(site, site.cookies[one.kind, one.who]), one.path) for name, one in pages.items()}
        asked[site_name] = {"bare": (Client(site, ""), "/bare/{}"), **calls}
    names = list(next(iter(asked.values())))
    for turn in range(warm_up + rounds):
        for name in names:
            for site_name in (*sites,) if turn % 2 else (*reversed([*sites]),):
                client, path = asked[site_name][name]
                client.ask(path.format(turn * 7 % 10_000), keep=turn >= warm_up)
    return {
        site_name: {name: Times(tuple(client.processor), tuple(client.wall)) for name, (client, _path) in calls.items()}
        for site_name, calls in asked.items()
    }


def searched(site: Site, rounds: int) -> list[Figure]:
    """The staff's search box among all residents, half of the answers and all but one in twenty."""
    listed = []
    for what, typed in SEARCHES.items():
        client = Client(site, site.cookies["staff", site.town.operator_id])
        path = f"/osoby?q={typed.replace(' ', '+')}"
        for turn in range(rounds + 3):
            client.ask(path, keep=turn >= 3)
        p50, p95 = (percentile(client.wall, share) for share in (50, 95))
        listed.append(Figure(f"searching by {what}: wall p50 / p95", round(p50, 1), f"/ {p95:.1f} ms"))
    return listed


def drawn_anew(site: Site, bare: Times, rounds: int) -> Figure:
    """The day list as somebody meets it first after a change: each time from another row on, so that nothing drawn before fits."""
    client = Client(site, site.cookies["staff", site.town.coordinator_id])
    for turn in range(rounds):
        client.ask(f"/przejazdy/dzien?od={turn + 1}")
    p50 = percentile(client.wall, 50)
    times = f"/ {percentile(client.wall, 95):.1f} ms, {p50 / bare.wall_p50():.1f} × the bare page"
    return Figure("day list drawn anew after a change: wall p50 / p95", round(p50, 1), times)

"""An SMS gateway that speaks SMSAPI's HTTP interface, keeps a ledger by ``idx``, and misbehaves to order.

In a test: ``with gateway() as sms: sms.order(SLOW, times=3, seconds=2)``. As a process of its own (so that it does not share the tested
process's time): ``python -m tests.gateway PORT``, asked at ``/ledger`` and told at ``/order``.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OK = "ok"
SLOW = "slow"
"""Takes the message and answers late."""
DOWN = "down"
"""Closes the connection without a word."""
ERROR_500 = "error_500"
BUSY_429 = "busy_429"
GARBAGE = "garbage"
ACCEPT_AND_HANG = "accept_and_hang"
ACCEPT_AND_500 = "accept_and_500"
ACCEPT_AND_DROP = "accept_and_drop"
HOLD = "hold"
"""Takes the message and answers when told to let go (:meth:`Gateway.let_go`; ``LET_GO`` as an order to another process)."""
LET_GO = "let_go"
REFUSE = "refuse"
"""Answers with an error of its own; ``code`` says which (13: no such number)."""
MIXED = "mixed"
"""Any of those that can be recovered from, at random."""

_MIXTURE = (OK, OK, OK, DOWN, ERROR_500, BUSY_429, GARBAGE, ACCEPT_AND_500, ACCEPT_AND_DROP)
DELIVERED, UNDELIVERED, SENT = "404", "405", "403"
TOKEN = "tests"
_LONGEST_HOLD = 120.0


@dataclass
class Order:
    """How the next requests are treated."""

    fault: str
    times: int
    seconds: float = 0.0
    code: int = 0


@dataclass
class Ledger:
    """What was accepted, and every attempt."""

    accepted: dict[str, dict[str, str]] = field(default_factory=dict)
    attempts: list[str] = field(default_factory=list)
    arrivals: list[tuple[str, float]] = field(default_factory=list)
    """Each request's ``idx`` and the moment it was here (seconds of this machine's clock), before anything was done with it."""
    doubled: list[str] = field(default_factory=list)
    """Sent twice to a phone: an ``idx`` accepted again because the client did not ask for the check, or the same text to one number."""


class Gateway:
    """The simulator's memory; the handler below asks it what to do."""

    def __init__(self, seed: int = 1) -> None:
        self.lock = threading.Lock()
        self.ledger = Ledger()
        self.orders: list[Order] = []
        self.url = ""
        self.free = threading.Event()
        self._random = random.Random(seed)
        self._seen: set[tuple[str, str]] = set()

    def order(self, fault: str, *, times: int = 1_000_000, seconds: float = 0.0, code: int = 0) -> None:
        """Treat the next requests so; orders are worked off one after the other, then all goes well again."""
        if fault == LET_GO:
            self.let_go()
            return
        with self.lock:
            if fault == HOLD:
                self.free.clear()
            self.orders.append(Order(fault, times, seconds, code))

    def let_go(self) -> None:
        """Answer what was held, and hold nothing more."""
        with self.lock:
            self.orders = [order for order in self.orders if order.fault != HOLD]
        self.free.set()

    def arrived(self, key: str) -> None:
        """Note that a request for a message is here."""
        with self.lock:
            self.ledger.arrivals.append((key, time.time()))

    def behave(self) -> None:
        """Forget all orders."""
        with self.lock:
            self.orders.clear()

    def next_order(self) -> Order:
        """What to do with this request."""
        with self.lock:
            while self.orders and self.orders[0].times <= 0:
                self.orders.pop(0)
            if not self.orders:
                return Order(OK, 1)
            order = self.orders[0]
            order.times -= 1
            if order.fault == MIXED:
                return Order(self._random.choice(_MIXTURE), 1, order.seconds)
            return order

    def accept(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """Take a message into the ledger; error 53 for an ``idx`` known already (``check_idx=1``)."""
        key = fields.get("idx", "")
        with self.lock:
            self.ledger.attempts.append(key)
            if key and key in self.ledger.accepted:
                if fields.get("check_idx") == "1":
                    return {"error": 53, "message": "Not unique idx"}
                self.ledger.doubled.append(key)
            pair = (fields.get("to", ""), fields.get("message", ""))
            if pair in self._seen:
                self.ledger.doubled.append(key)
            self._seen.add(pair)
            number = len(self.ledger.accepted) + 1
            self.ledger.accepted[key] = {**fields, "id": f"SIM{number:08d}"}
        sent = {
            "id": f"SIM{number:08d}",
            "points": 0.16,
            "number": fields.get("to"),
            "status": "QUEUE",
            "error": None,
            "idx": key,
        }
        return {"count": 1, "list": [sent]}

    def receipt(self, key: str, status: str = DELIVERED) -> dict[str, str]:
        """The fields of a callback about one message."""
        known = self.ledger.accepted.get(key, {})
        return {
            "MsgId": known.get("id", "SIM0"), "idx": key, "status": status, "to": known.get("to", ""), "donedate": str(int(time.time())),
            "username": "tests", "points": "0.16", "from": known.get("from", ""),
        }  # fmt: skip

    def receipts(self, keys: list[str], status: str = DELIVERED) -> dict[str, str]:
        """Several reports in one call: each field joined with commas, as SMSAPI does it."""
        single = [self.receipt(key, status) for key in keys]
        return {name: ",".join(receipt[name] for receipt in single) for name in single[0]}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_arguments: object) -> None:
        """Silent."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # the client was killed in the middle of a word: no server takes half a form
            self._hang_up()
            return
        if self.path == "/order":
            self.server.gateway.order(**json.loads(body))
            self._answer(200, b"{}")
            return
        if self.path != "/sms.do":
            self._answer(404, b"{}")
            return
        fields = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
        self.server.gateway.arrived(fields.get("idx", ""))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, b'{"error": 101, "message": "Authorization failed"}')
            return
        self._treat(self.server.gateway.next_order(), fields)

    def do_GET(self) -> None:
        ledger = self.server.gateway.ledger
        with self.server.gateway.lock:
            told = {
                "accepted": list(ledger.accepted),
                "attempts": len(ledger.attempts),
                "arrivals": list(ledger.arrivals),
                "doubled": list(ledger.doubled),
            }
        self._answer(200, json.dumps(told).encode())

    def _treat(self, order: Order, fields: dict[str, str]) -> None:
        gateway = self.server.gateway
        match order.fault:
            case "down":
                self._hang_up()
            case "error_500":
                self._answer(500, b"<html>Internal Server Error</html>")
            case "busy_429":
                self._answer(429, b"slow down")
            case "garbage":
                self._answer(200, b"\xff\xfe<<not json>>")
            case "refuse":
                self._answer(200, json.dumps({"error": order.code, "message": "refused"}).encode())
            case "accept_and_hang":
                gateway.accept(fields)
                time.sleep(order.seconds or 30)
                self._hang_up()
            case "hold":
                taken = gateway.accept(fields)
                gateway.free.wait(_LONGEST_HOLD)
                self._answer(200, json.dumps(taken).encode())
            case "accept_and_500":
                gateway.accept(fields)
                self._answer(500, b"oops")
            case "accept_and_drop":
                gateway.accept(fields)
                self._hang_up()
            case _:
                time.sleep(order.seconds)
                self._answer(200, json.dumps(gateway.accept(fields)).encode())

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(2)

    def _answer(self, status: int, body: bytes) -> None:
        with contextlib.suppress(OSError):
            self.send_response_only(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, gateway: Gateway, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.gateway = gateway

    def handle_error(self, *_arguments: object) -> None:
        """A client that was killed is no news."""


@contextlib.contextmanager
def gateway(seed: int = 1) -> Iterator[Gateway]:
    """A gateway in a thread of this process."""
    made = Gateway(seed)
    server = _Server(made)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def settings_of(url: str) -> dict[str, str]:
    """What the product needs to use a gateway (settings, and as environment too)."""
    return {"SMS_API_URL": url, "SMS_API_TOKEN": TOKEN, "SMS_CALLBACK_SECRET": "tests"}


def asked_for_ledger(url: str) -> dict[str, Any]:
    """The ledger of a gateway in another process."""
    with urllib.request.urlopen(f"{url}/ledger", timeout=10) as answer:
        told: dict[str, Any] = json.loads(answer.read())
    return told


def told_to_misbehave(url: str, fault: str, **how: Any) -> None:
    """Give an order to a gateway in another process."""
    order = urllib.request.Request(f"{url}/order", json.dumps({"fault": fault, **how}).encode(), method="POST")
    with urllib.request.urlopen(order, timeout=10):
        pass


def main(port: int) -> None:
    """The gateway as a process."""
    _Server(Gateway(), port).serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main(int(sys.argv[1]))

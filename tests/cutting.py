"""A TCP proxy that stands between the product and PostgreSQL and does what networks do: cut, swallow, delay.

The proxy understands just enough of the protocol to cut exactly when the answer to COMMIT is on its way back.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator


class CuttingProxy:
    """Listens on a loopback port and passes everything on to another, until told otherwise."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.delay = 0.0
        """Seconds each piece waits, each way."""
        self.swallows = False
        """True: nothing passes, nothing is closed. A black hole."""
        self.refuses = False
        """True: whoever connects is cut at once."""
        self.cut_answer_to: bytes | None = None
        """Cut once, when the answer to a statement with these words is on its way back."""
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Reset every open connection."""
        with self._lock:
            victims, self._open = self._open, set()
        for victim in victims:
            _reset(victim)

    def close(self) -> None:
        """End for good."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            if self.refuses:
                _reset(near)
                continue
            far = socket.create_connection(("127.0.0.1", self.target_port))
            with self._lock:
                self._open |= {near, far}
            watched = {"asked": False}
            for source, sink, from_client in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pass_on, args=(source, sink, from_client, watched), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, from_client: bool, watched: dict[str, bool]) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                while self.swallows:
                    time.sleep(0.02)
                if self.delay:
                    time.sleep(self.delay)
                if from_client and self.cut_answer_to is not None and self.cut_answer_to in piece:
                    watched["asked"] = True
                elif not from_client and watched["asked"]:
                    self.cut_answer_to, watched["asked"] = None, False
                    self.cuts += 1
                    break
                sink.sendall(piece)
        for end in (source, sink):
            _reset(end)


def _reset(end: socket.socket) -> None:
    """Close as a broken network does: the other side reads an error, not an end."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        end.close()


@contextlib.contextmanager
def cutting_proxy(target_port: int) -> Iterator[CuttingProxy]:
    """A proxy for the length of a test."""
    proxy = CuttingProxy(target_port)
    try:
        yield proxy
    finally:
        proxy.close()

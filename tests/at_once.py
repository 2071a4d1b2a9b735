"""What several people do at the same moment, for tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from services_app.database import db


def at_once(app: Flask, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all deeds at the same moment, each in a thread and an application context of its own; their answers in order."""
    answers: list[Any] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(place: int, deed: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                start.wait(timeout=20)
                answers[place] = deed()
            except Exception as error:  # noqa: BLE001 - the test looks at whatever went wrong
                answers[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not [thread for thread in threads if thread.is_alive()], "somebody never came back"
    return answers

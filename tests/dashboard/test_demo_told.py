"""A demo looks like an office that has been telling people, not like one that never told anybody."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.dashboard.demo.told import deliver_the_past
from services_app.database import transaction
from services_app.messaging.models import MessageEvent
from services_app.messaging.outbox import sweep
from services_app.messaging.terms import Channel, MessageState
from tests.factories.messaging import a_message, a_recipient, all_messages
from tests.factories.staff import make_staff


def test_what_the_town_was_told_before_its_first_day_has_arrived(session: Session) -> None:
    operator = make_staff(session, "operator")
    session.commit()
    today, before = now(), now() - timedelta(days=40)
    letter = a_message(recipient=a_recipient(channel=Channel.E_MAIL), now=before)
    call = a_message(recipient=a_recipient(channel=Channel.CALL), now=before)
    a_message(now=today)
    with transaction() as saving:
        deliver_the_past(saving, now=today)
        sweep(saving, now=today)
    first, second, third = all_messages(session)
    assert [(each.state, each.told_by_id) for each in (first, second, third)] == [
        (MessageState.DELIVERED, None), (MessageState.DELIVERED, operator.id), (MessageState.CREATED, None),
    ]  # fmt: skip
    assert (first.sent_at, first.finished_at) == (letter.due_at, letter.due_at)
    seen = session.execute(
        select(MessageEvent.message_id, MessageEvent.at, MessageEvent.state).order_by(MessageEvent.message_id)
    )
    arrived = [(each.id, each.due_at, MessageState.DELIVERED) for each in (letter, call)]
    assert [tuple(row) for row in seen] == arrived

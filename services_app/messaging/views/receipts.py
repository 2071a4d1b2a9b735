"""The address the SMS provider calls to say what became of a message."""

from __future__ import annotations

import hmac

from flask import Response, abort, current_app, request

from services_app import clock
from services_app.database import transaction
from services_app.messaging.receipts import receipts_in, take_receipt
from services_app.messaging.views.blueprint import messaging
from services_app.web.access import public


@messaging.route("/raport/<secret>", methods=["GET", "POST"])
@public
def receipts(secret: str) -> Response:
    """Take the reports and answer OK, the word the provider waits for; without it the call comes again.

    SMSAPI reports with GET, so this one GET writes. No browser leads here: the path holds a secret, each report names a message by a key
    only we could have made, and the same report a second time changes nothing.
    """
    ours = str(current_app.config["SMS_CALLBACK_SECRET"])
    if not ours or not hmac.compare_digest(secret.encode(), ours.encode()):
        abort(404)
    now = clock.now()
    for receipt in receipts_in(request.values):
        with transaction() as session:
            take_receipt(session, receipt, now=now)
    return Response("OK", mimetype="text/plain")

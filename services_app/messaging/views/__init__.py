"""The pages of messaging: the call list, the outbox, the wordings, the provider's receipts."""

from __future__ import annotations

from services_app.messaging.views import calls, outbox, receipts, texts
from services_app.messaging.views.blueprint import messaging

__all__ = ["calls", "messaging", "outbox", "receipts", "texts"]

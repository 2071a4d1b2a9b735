"""E-mail through an SMTP server: plain text, one connection for many messages, the same Message-ID at every attempt."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Any

from services_app import clock
from services_app.messaging.channels import Outcome, Outgoing, Result

_SECONDS = 10


class Smtp:
    """A connection that is opened when first needed and again after trouble."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.connection: smtplib.SMTP | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Smtp:
        """As configured."""
        return cls(settings)

    def send(self, message: Outgoing) -> Result:
        """Try once. Only the server's final "no" (5xx about this letter or its address) is final."""
        try:
            letter = written(message, str(self.settings["MAIL_FROM"]), str(self.settings["CENTRE_SHORT_NAME"]))
        except (ValueError, MessageError) as error:
            return Result(Outcome.REFUSED, reason=f"cannot_be_written_{type(error).__name__}")
        try:
            self._connected().send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            return self._refusal(next(iter(refused.recipients.values()))[0])
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refused:
            return self._refusal(refused.smtp_code)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Result(Outcome.TRY_LATER, reason=type(error).__name__)
        return Result(Outcome.ACCEPTED, provider_id=f"<{message.key}>"[:80])

    def _refusal(self, code: int) -> Result:
        self.close()
        return Result(Outcome.REFUSED if 500 <= code < 600 else Outcome.TRY_LATER, reason=f"smtp_{code}")

    def _connected(self) -> smtplib.SMTP:
        if self.connection is None:
            connection = smtplib.SMTP(self.settings["MAIL_SERVER"], int(self.settings["MAIL_PORT"]), timeout=_SECONDS)
            self.connection = connection
            if self.settings["MAIL_USE_TLS"]:
                connection.starttls(context=ssl.create_default_context())
            if self.settings["MAIL_USERNAME"]:
                connection.login(self.settings["MAIL_USERNAME"], self.settings["MAIL_PASSWORD"])
        return self.connection

    def close(self) -> None:
        """Say goodbye, if there is still somebody to say it to."""
        connection, self.connection = self.connection, None
        if connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.quit()


def written(message: Outgoing, sender: str, sender_name: str) -> EmailMessage:
    """The letter with its headers. Raises ValueError when an address or the subject would break a header."""
    letter = EmailMessage(policy=SMTP_POLICY)
    domain = sender.rpartition("@")[2] or "localhost"
    letter["From"] = Address(sender_name, addr_spec=sender)
    letter["To"] = Address(addr_spec=message.address)
    letter["Subject"] = message.subject or ""
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = f"<{message.key}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = message.language
    letter.set_content(message.body, cte="quoted-printable")
    return letter

"""Forms of messaging."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField

from services_app import clock
from services_app.messaging.shipped import Text
from services_app.web.as_it_was import ChangingForm
from services_app.web.forms import Form, as_choices, at_most

_MORNING = time(8)


class CallAgainForm(Form):
    """When to try again somebody who did not pick up."""

    again = SelectField(
        _("Kiedy spróbować znów"),
        choices=as_choices(
            [
                ("30", _("za pół godziny")),
                ("60", _("za godzinę")),
                ("120", _("za 2 godziny")),
                ("morning", _("jutro o 8:00")),
            ]
        ),
        default="60",
    )

    def again_at(self, now: datetime) -> datetime:
        """The chosen moment."""
        if self.again.data == "morning":
            return clock.moment_at(clock.day_of(now) + timedelta(days=1), _MORNING)
        return now + timedelta(minutes=int(self.again.data))


class TextForm(ChangingForm):
    """A wording of a message."""

    subject = StringField(_("Temat e-maila"), [at_most(200)])
    body = TextAreaField(_("Treść"))

    def text(self, *, with_subject: bool) -> Text:
        """What was written; a browser's line ends become plain ones."""
        body = (self.body.data or "").replace("\r\n", "\n").replace("\r", "\n")
        return Text(body, (self.subject.data or "") if with_subject else None)


def shown_text(text: Text) -> dict[str, Any]:
    """A wording as the form shows it."""
    return {"subject": text.subject, "body": text.body}

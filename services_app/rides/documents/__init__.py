"""What a resident takes along: the calendar entry and the large-print confirmation."""

from services_app.rides.documents.calendar import calendar_of
from services_app.rides.documents.confirmation import confirmation_pdf

__all__ = ["calendar_of", "confirmation_pdf"]

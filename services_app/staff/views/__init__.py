"""Pages of staff: signing in, one's own account, everybody's accounts."""

from services_app.staff.views import accounts, my_account, sign_in
from services_app.staff.views.blueprint import staff

__all__ = ["accounts", "my_account", "sign_in", "staff"]

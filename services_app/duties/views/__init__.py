"""Pages of the office's own duties."""

from services_app.duties.views import access as access
from services_app.duties.views import accessibility as accessibility_pages
from services_app.duties.views import breaches as breaches
from services_app.duties.views import retention as retention
from services_app.duties.views import statement as statement
from services_app.duties.views.blueprint import accessibility, duties, incidents

BLUEPRINTS = (accessibility, incidents, duties)

__all__ = ["BLUEPRINTS", "accessibility_pages"]

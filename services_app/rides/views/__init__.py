"""Pages of the ride programme: the residents' and the desk's."""

from __future__ import annotations

from services_app.rides.views.blueprint import rides as rides

from services_app.rides.views import about as about  # isort: skip
from services_app.rides.views import booking as booking  # isort: skip
from services_app.rides.views import documents as documents  # isort: skip
from services_app.rides.views import my_rides as my_rides  # isort: skip
from services_app.rides.views import offering as offering  # isort: skip
from services_app.rides.views import own_places as own_places  # isort: skip
from services_app.rides.views import desk as desk  # isort: skip
from services_app.rides.views import coordinator as coordinator  # isort: skip
from services_app.rides.views import closing as closing  # isort: skip
from services_app.rides.views import staff_ride as staff_ride  # isort: skip
from services_app.rides.views import standing_in as standing_in  # isort: skip
from services_app.rides.views import day_sheet as day_sheet  # isort: skip
from services_app.rides.views import my_shift as my_shift  # isort: skip
from services_app.rides.views import rules as rules  # isort: skip
from services_app.rides.views import enrolment as enrolment  # isort: skip
from services_app.rides.views import verifying as verifying  # isort: skip
from services_app.rides.views import applying as applying  # isort: skip
from services_app.rides.views import applications as applications  # isort: skip

"""The forms of the rules: a version edited sentence by sentence; copied, tried, published, confirmed."""

from services_app.rides.forms.rules.deeds import ConfirmForm, CopyForm, PublishForm, TrialForm
from services_app.rides.forms.rules.whole import RulesForm

__all__ = ["ConfirmForm", "CopyForm", "PublishForm", "RulesForm", "TrialForm"]

"""Dial-a-ride as plain data: what fits where, when, and why not.

Moments are minutes since the Unix epoch (UTC), lengths of time minutes, distances kilometres. A usual conversation:

    plans  = [plan_from_promises(shift, stored_legs, travel) for …]         # the day as promised so far
    wish   = request_for_appointment("R7", home, clinic, travel, appointment=…, visit_minutes=60)
    offers = feasible_times(wish, candidates, plans, travel)                # the three nearest times that fit
    plans  = apply(offers[0].insertion, plans)                              # promised: both legs or neither
    …        replan(plans, wish, travel) or explain_no(wish, plans, travel) # before a refusal, and for its wording
"""

from services_app.planning.check import Fault, FaultCode, faults_of, faults_of_day
from services_app.planning.insertion import MOST_CANDIDATES, StalePlan, apply, feasible_times, insert, without
from services_app.planning.model import (
    ALWAYS,
    BreakRule,
    DayPlan,
    Insertion,
    LegRequest,
    Load,
    Offer,
    PlacedLeg,
    Point,
    ReturnMode,
    RideRequest,
    Shift,
    Stop,
    StopKind,
    Window,
    ride_keys,
)
from services_app.planning.picture import Doing, Interval, VehicleDay, day_with_free
from services_app.planning.promises import (
    Promise,
    PromisedLeg,
    plan_from_promises,
    promised_legs,
    request_for_appointment,
)
from services_app.planning.refusals import Lack, LackCode, explain_no
from services_app.planning.replanning import Replanned, make_room, replan
from services_app.planning.schedule import day_plan, empty_plan
from services_app.planning.travel import FinishedWay, MatrixTravel, StreetTravel, Travel

__all__ = [
    "ALWAYS",
    "MOST_CANDIDATES",
    "BreakRule",
    "DayPlan",
    "Doing",
    "Fault",
    "FaultCode",
    "FinishedWay",
    "Insertion",
    "Interval",
    "Lack",
    "LackCode",
    "LegRequest",
    "Load",
    "MatrixTravel",
    "Offer",
    "PlacedLeg",
    "Point",
    "Promise",
    "PromisedLeg",
    "Replanned",
    "ReturnMode",
    "RideRequest",
    "Shift",
    "StalePlan",
    "Stop",
    "StopKind",
    "StreetTravel",
    "Travel",
    "VehicleDay",
    "Window",
    "apply",
    "day_plan",
    "day_with_free",
    "empty_plan",
    "explain_no",
    "faults_of",
    "faults_of_day",
    "feasible_times",
    "insert",
    "make_room",
    "plan_from_promises",
    "promised_legs",
    "replan",
    "request_for_appointment",
    "ride_keys",
    "without",
]

"""Shipped wordings in English, in the same order as the Polish ones."""

from __future__ import annotations

FOOTER = "[\n\nQuestions? Call us: {phone}.]\n\n{centre}\n"

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "sign_in_code": (
        "{code} is your sign-in code.[ It works for {minutes} min.] Do not give it to anybody.[ Tel. {phone}]",
        "Your sign-in code",
        (
            "Good day,\n\nyour sign-in code is {code}.[ It works for {minutes} minutes.]\n\n"
            "Do not give it to anybody. If you are not signing in, you need not do anything."
        ),
        "Your sign-in code is {code}.",
    ),
    "ride_confirmed": (
        (
            "{hour} pick-up at home, {day}.[ Back {return_hour}.][ Back {return_call}.]"
            "[ You can cancel {cancel_until}.][ Tel. {phone}][ {phone_until}]"
        ),
        "Ride {on_day}, {hour}",
        (
            "Good day,\n\nyour ride is booked.\n\n{day}\nPick-up at home: {hour}[\nFrom: {from}][\nTo: {to}][\nBack: {return_hour}]"
            "[\nBack: {return_call}]"
            "[\nCar: {plate}]\n\n[You can cancel {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Good day. Your ride is booked for {day}. Pick-up at home at {hour}.[ Back at {return_hour}.][ Back {return_call}.]"
            "[ You can cancel {cancel_until}.][ {by_phone}.][ {left}.]"
        ),
    ),
    "ride_moved": (
        (
            "{hour} is the new pick-up time, {day}.[ Back {return_hour}.]"
            "[ Back {return_call}.][ You can cancel {cancel_until}.][ Tel. {phone}][ {phone_until}]"
        ),
        "Ride changed: {day}, {hour}",
        (
            "Good day,\n\nyour ride has changed. This is how it looks now:\n\n{day}\nPick-up at home: {hour}[\nFrom: {from}][\nTo: {to}]"
            "[\nBack: {return_hour}]"
            "[\nBack: {return_call}][\nCar: {plate}]\n\n[You can cancel {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Good day. Your ride has changed. It is now {on_day}, pick-up at home at {hour}.[ Back at {return_hour}.]"
            "[ Back {return_call}.] Is that all right?"
        ),
    ),
    "ride_cancelled": (
        "the ride on {day}, {hour} is cancelled. If this is a mistake, call {phone}",
        "Ride cancelled: {day}",
        "Good day,\n\nthe ride {on_day}, {hour}[, {to},] is cancelled. No car will come.[\n\n{left}]\n\nIf this is a mistake, call us.",
        "Good day. The ride {on_day}, {hour}, is cancelled. No car will come. Is that right?",
    ),
    "ride_cancelled_by_operator": (
        (
            "sorry, the ride on {day}, {hour} will not take place.[ Reason: {closed_because}.] It does not count. "
            "Call for another time: {phone}"
        ),
        "Your ride will not take place: {day}",
        (
            "Good day,\n\nwe are sorry. The ride {on_day}, {hour}[, {to},] will not take place. The fault is ours."
            "[ Reason: {closed_because}.]\n\nIt does not count towards your limit. Call us, we will find another time."
        ),
        (
            "Good day. We are very sorry. The ride {on_day}, {hour}, will not take place. The fault is ours and it does not count."
            "[ Reason: {closed_because}.] May I offer another time?"
        ),
    ),
    "ride_day_before": (
        (
            "{hour} pick-up at home, {day}.[ Back {return_hour}.][ Back {return_call}.]"
            "[ Cancel free {cancel_until}.][ Tel. {phone}][ {phone_until}]"
        ),
        "Reminder: ride {on_day}, {hour}",
        (
            "Good day,\n\na reminder of your ride.\n\n{day}\nPick-up at home: {hour}[\nFrom: {from}][\nTo: {to}][\nBack: {return_hour}]"
            "[\nBack: {return_call}]"
            "[\nCar: {plate}]\n\n[You can cancel {cancel_until} without losing a ride. ][{by_phone}.]"
        ),
        (
            "Good day. A reminder of your ride {on_day}. Pick-up at home at {hour}.[ Back at {return_hour}.][ Back {return_call}.]"
            "[ You can cancel without losing a ride {cancel_until}.][ {by_phone}.] Are you still going?"
        ),
    ),
    "ride_morning": (
        "today {hour} pick-up at home.[ Car {plate}.][ Back {return_hour}.][ Back {return_call}.] Has anything changed?[ Tel. {phone}]",
        "Your ride today: {hour}",
        (
            "Good day,\n\nyour ride is today.\n\n{day}\nPick-up at home: {hour}[\nFrom: {from}][\nTo: {to}][\nBack: {return_hour}]"
            "[\nBack: {return_call}]"
            "[\nCar: {plate}]\n\nHas anything changed? Call us at once."
        ),
        (
            "Good day. A reminder: today at {hour} we pick you up at home.[ The car is {plate}.][ Back at {return_hour}.]"
            "[ Back {return_call}.]"
        ),
    ),
    "ride_there_only": (
        "{hour} is still when you leave, {day}. Ride home cancelled.[ You can cancel {cancel_until}.][ Tel. {phone}][ {phone_until}]",
        "Ride home cancelled, you still leave: {on_day}, {hour}",
        (
            "Good day,\n\nthe ride home is cancelled. No car comes to take you home. The ride there stays.\n\n{day}\nYou leave at: {hour}"
            "[\nFrom: {from}][\nTo: {to}][\nCar: {plate}]\n\n[You can cancel {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        "Good day. The ride home is cancelled. You still leave home, {on_day}, at {hour}.[ You can cancel {cancel_until}.][ {by_phone}.]",
    ),
    "ride_back_only": (
        "{hour} the car takes you home, {day}. No ride there.[ You can cancel {cancel_until}.][ Tel. {phone}][ {phone_until}]",
        "Ride home only: {on_day}, {hour}",
        (
            "Good day,\n\nwe drive you home only. No car comes for the way there.\n\n{day}\nThe car takes you home at: {hour}"
            "[\nFrom: {from}][\nTo: {to}][\nCar: {plate}]\n\n[You can cancel {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        "Good day. We drive you home only, {on_day}. The car takes you home at {hour}.[ You can cancel {cancel_until}.][ {by_phone}.]",
    ),
    "ride_back_by_phone": (
        (
            "ride home only: {day}. Call us after your visit and a car will come."
            "[ You can cancel {cancel_until}.][ Tel. {phone}][ {phone_until}]"
        ),
        "Ride home only, after your call: {on_day}",
        (
            "Good day,\n\nwe drive you home only. No car comes for the way there.\n\n"
            "{day}\nHome: call us after your visit, we will say when the car comes.[\nFrom: {from}][\nTo: {to}]\n\n"
            "[You can cancel {cancel_until}. ][{by_phone}.][\n\n{left}]"
        ),
        (
            "Good day. We drive you home only, {on_day}. No car comes for the way there. Please call us after your visit, "
            "we will say when the car comes.[ You can cancel {cancel_until}.][ {by_phone}.]"
        ),
    ),
    "ride_other_car": (
        "[{hour}: ]another car will come, number {plate}. The time stays.[ Tel. {phone}]",
        "Another car will come: {plate}",
        "Good day,\n\nanother car will come than the one we told you before.\n\n[{day}\n][Time: {hour}\n]Car: {plate}\n\nThe time stays.",
        "Good day. Another car will come. Its number: {plate}.[ The time stays: {hour}.]",
    ),
    "ride_ready_taken": (
        "[{hour} ]a car will come to take you home.[ Plate {plate}.] Please wait at the entrance.[ Tel. {phone}]",
        "Your car home is on its way",
        "Good day,\n\nwe know you are ready to go home.[ The car will come at {hour}.][ Plate: {plate}.]\n\nPlease wait at the entrance.",
        "We know you are ready to go home.[ The car will come at {hour}.] Please wait at the entrance.",
    ),
    "ride_late": (
        "{new_hour} the car will come, about {late} min later. We are sorry.[ Plate {plate}.][ Tel. {phone}]",
        "Your car will come later, about {new_hour}",
        (
            "Good day,\n\nwe are sorry. The car will be about {late} minutes late. It will come at about {new_hour}.[\nPlate: {plate}]"
            "\n\nThere is nothing you need to do. If that is too late, call us."
        ),
        "Good day. We are sorry, the car will be about {late} minutes late. It will come at about {new_hour}. Is that all right?",
    ),
    "ride_refused_later": (
        "the ride on {day}, {hour} cannot take place. Call us to hear why and find another: {phone}",
        "Your ride cannot take place: {day}",
        (
            "Good day,\n\nthe ride {on_day}, {hour}[, {to},] cannot take place.[\n\nWhy: {reasons}][\n\n{left}]\n\n"
            "Call us. We will say what can be done instead."
        ),
        "Good day. The ride {on_day}, {hour}, cannot take place.[ The reason: {reasons}] Let us look for another way together.",
    ),
    "ride_no_show": (
        "the driver found nobody there: {day}, {hour}. {counts}. If this is a mistake, call {phone}",
        "The driver found nobody there: {day}",
        (
            "Good day,\n\nthe ride {on_day}, {hour}[, {to},] did not take place. We noted that the driver found nobody there.\n\n"
            "{counts}.[\n\n{left}]\n\nIf it was otherwise, or something important happened, call us. We will put it right."
        ),
        (
            "Good day. The ride {on_day}, {hour}, did not take place. We noted that the driver found nobody there. {counts}.[ {left}.] "
            "Was it so?"
        ),
    ),
    "ride_missed": (
        "sorry, the ride on {day}, {hour} did not take place. The fault is ours. It does not count. Call for another time: {phone}",
        "Sorry, your ride did not take place: {day}",
        (
            "Good day,\n\nwe are sorry. The ride {on_day}, {hour}[, {to},] did not take place. The fault is ours.\n\n"
            "It does not count towards the limit.[\n\n{left}]\n\nCall us, we will find another time. Call us too if it was otherwise."
        ),
        (
            "Good day. We are very sorry. The ride {on_day}, {hour}, did not take place. The fault is ours and it does not count."
            "[ {left}.] May I offer another time?"
        ),
    ),
    "relative_picked_up": (
        "[{hour} - ][{first_name}: ]picked up, your relative is in the car.[ Tel. {phone}]",
        "Your relative is on the way",
        "Good day,\n\n[{first_name}: ]your relative is in the car[, at {hour}].[\nTo: {to}][\nCar: {plate}]",
        "Good day. Your relative[, {first_name},] has been in the car[ since {hour}].",
    ),
    "relative_delivered": (
        "[{hour} - ][{first_name}: ]your relative has arrived.[ Tel. {phone}]",
        "Your relative has arrived",
        "Good day,\n\n[{first_name}: ]your relative has arrived[, at {hour}].[\nWhere: {to}]",
        "Good day. Your relative[, {first_name},] has arrived[ at {hour}].",
    ),
    "relative_going_home": (
        "[{hour} - ][{first_name}: ]on the way home, your relative is in the car.[ Tel. {phone}]",
        "Your relative is going home",
        "Good day,\n\n[{first_name}: ]your relative is going home and is in the car[, at {hour}].[\nCar: {plate}]",
        "Good day. Your relative[, {first_name},] is going home and has been in the car[ since {hour}].",
    ),
    "relative_home": (
        "[{hour} - ][{first_name}: ]your relative is home again.[ Tel. {phone}]",
        "Your relative is home again",
        "Good day,\n\n[{first_name}: ]your relative is home again[, at {hour}].",
        "Good day. Your relative[, {first_name},] has been home again[ since {hour}].",
    ),
    "enrolment_received": (
        "we have your application for rides. We will check it and let you know.[ Tel. {phone}]",
        "We have your application for rides",
        (
            "Good day,\n\nwe have the application for the rides programme[: {who}].\n\n"
            "We will check it and let you know. There is nothing more to do."
        ),
        "Good day. We have your application for the rides programme. We will check it and let you know.",
    ),
    "enrolment_verified": (
        "your application is checked. You can book rides: {phone}",
        "You can book rides",
        "Good day,\n\nthe application is checked[: {who}]. Rides can be booked on our page and by phone.[\n\n{left}]",
        "Good day. Your application is checked. You can book rides, also now, in this call.",
    ),
    "enrolment_refused": (
        "the answer to your application for rides is ready. Call us, we will explain everything: {phone}",
        "The answer to your application for rides",
        (
            "Good day,\n\nwe cannot accept the application for the rides programme now[: {who}].[\n\nWhy: {reasons}]\n\n"
            "City buses are free for people aged 70 and over. Call us about other help."
        ),
        (
            "Good day. We cannot accept your application for the rides programme now.[ The reason: {reasons}] "
            "City buses are free for people aged 70 and over. I will also tell you about other help."
        ),
    ),
    "enrolment_ended": (
        "your place in the rides programme has ended. If this is a mistake, call {phone}",
        "Your place in the rides programme has ended",
        (
            "Good day,\n\nthe place in the rides programme has ended[: {who}].[\n\nWhy: {reasons}]\n\n"
            "Booked rides stay. New ones cannot be booked. You may apply again. If this is a mistake, call us."
        ),
        (
            "Good day. Your place in the rides programme has ended.[ The reason: {reasons}] Booked rides stay. "
            "New ones cannot be booked. Is that right?"
        ),
    ),
    "representation_added": (
        "we noted a consent to act for you[: {scope}][, until {last_day}]. If this is a mistake, call {phone}",
        "Consent to act for you",
        (
            "Good day,\n\nwe noted a consent to act for you.[\n\nWho: {who}][\nThey may: {scope}][\nUntil: {last_day}]\n\n"
            "The consent can be withdrawn at any time: on our site or by phone. If this is a mistake, call us."
        ),
        (
            "Good day. We noted a consent to act for you[. Who: {who}][. They may: {scope}][. Until: {last_day}]. "
            "It can be withdrawn at any time."
        ),
    ),
    "representative_added": (
        "[{first_name} agrees: ]you may {scope}[, until {last_day}]. On our site:[ {sign_in},] your rights.[ Tel. {phone}]",
        "Consent to your help with rides",
        (
            "Good day,\n\nwe keep your contact because you may help with rides.\n\n"
            "[Who agrees: {who}\n]You may: {scope}[\nUntil: {last_day}]\n\n"
            "Who gave the consent can withdraw it at any time: on our site or by phone. "
            "If this is a mistake or you do not want to help, call us.\n\n"
            "On our site:[ {sign_in},] your rights (“Data protection”)."
        ),
        (
            "Good day. We keep this contact because there is a consent to help with rides[. Who agrees: {who}]. "
            "You may {scope}[, until {last_day}]. The consent can be withdrawn at any time. "
            "Your rights are on the page “Data protection”. Is that right?"
        ),
    ),
    "representation_revoked": (
        "the consent to act for somebody in booking rides is withdrawn. Questions?[ Tel. {phone}]",
        "The consent to act for somebody has ended",
        (
            "Good day,\n\nthe consent to book and cancel rides for somebody is withdrawn[: {who}].\n\n"
            "Booked rides stay. If this is a mistake, call us."
        ),
        "Good day. The consent to book rides for somebody is withdrawn[: {who}].",
    ),
    "representative_did": (
        "[{what}, ][{day}, ][{hour}, ][home {return_hour}, ]done by your representative. If this is a mistake, call {phone}",
        "Your representative changed something",
        (
            "Good day,\n\n"
            "your representative[, {who},] changed something in your rides.[\nWhat: {what}][\nDay: {day}][\nPick-up at home: {hour}]"
            "[\nWay home: {return_hour}]\n\n"
            "If this is a mistake, call us. The consent can be withdrawn at any time."
        ),
        (
            "Good day. Your representative[, {who},] changed something in your rides[: {what}][, {day}][, pick-up at {hour}]"
            "[, way home at {return_hour}]. Is that right?"
        ),
    ),
    "relative_notice": (
        "[{hour}, ][home {return_hour}, ][{day}: ]{what}[, for {first_name}]. Questions?[ Tel. {phone}]",
        "Your relative's ride[: {day}]",
        (
            "Good day,\n\na message about your relative's ride[: {who}].[\nWhat: {what}][\nDay: {day}][\nPick-up at home: {hour}]"
            "[\nFrom: {from}][\nTo: {to}][\nWay home: {return_hour}][\nWay home: {return_call}][\nCar: {plate}]"
            "[\n\nThe ride can be cancelled {cancel_until}.][ {by_phone}.]"
        ),
        (
            "Good day. A message about your relative's ride[: {who}].[ {what}][, {day}][, pick-up at {hour}]"
            "[, way home at {return_hour}][, way home {return_call}].[ It can be cancelled {cancel_until}.][ {by_phone}.]"
        ),
    ),
    "staff_invitation": (
        "your invitation: {link}[ It works {ends_until}.][ Tel. {phone}]",
        "Your invitation",
        (
            "Good day,\n\nan account in our programme is waiting for you. Open this page and set a password:\n\n{link}[\n\n"
            "The address works {ends_until}.]\n\n"
            "Do not pass it on to anybody."
        ),
        "Invitations are sent only by e-mail or SMS.",
    ),
    "accessibility_received": (
        "we have your request {number}. We will answer by: {answer_day}.[ Details: {link}][ Tel. {phone}]",
        "We have your accessibility request {number}",
        (
            "Good day,\n\nwe have your request for accessibility. Its number is {number}.\n\nWe will answer at the latest on: {answer_day}."
            "[\n\nHere you can see what becomes of it:\n{link}]"
        ),
        "Good day. We have your request for accessibility. Its number is {number}. We will answer at the latest on: {answer_day}.",
    ),
    "accessibility_answered": (
        "our answer to your request {number}: {what}[ New date: {answer_day}.][ Details: {link}][ Tel. {phone}]",
        "Our answer to your accessibility request {number}",
        (
            "Good day,\n\nthis is our answer to your request for accessibility {number}.\n\n{what}[\n\n{answer}][\n\n"
            "The new date: {answer_day}.][\n\nHere is all of it, and your rights:\n{link}]"
        ),
        "Good day. This is our answer to your request for accessibility {number}. {what}[ {answer}][ The new date: {answer_day}.]",
    ),
    "application_received": (
        "we have your application {number} for rides. We will call you to confirm it.[ Tel. {phone}]",
        "We have your application {number}",
        (
            "Good day,\n\nwe have the application for the rides programme. Its number is {number}.\n\n"
            "Somebody will call to confirm it. There is nothing more to do."
        ),
        "Good day. We have your application for the rides programme. Its number is {number}. I would like to confirm it now.",
    ),
    "application_accepted": (
        "your application {number} is accepted. The coordinator will check the conditions and we will let you know.[ Tel. {phone}]",
        "Your application {number} is accepted",
        (
            "Good day,\n\nthe application {number} for the rides programme is accepted.\n\n"
            "The coordinator will still check the conditions. We will let you know the result."
        ),
        (
            "Good day. Your application {number} for rides is accepted. "
            "The coordinator will still check the conditions and we will let you know."
        ),
    ),
    "application_refused": (
        "we cannot accept your application {number}. Call us, we will say why and what can be done: {phone}",
        "The answer to your application {number}",
        (
            "Good day,\n\nwe cannot accept the application {number} for the rides programme.[\n\nWhy: {reasons}]\n\n"
            "City buses are free for people aged 70 and over. Call us about other help."
        ),
        (
            "Good day. We cannot accept your application {number} for the rides programme.[ The reason: {reasons}] "
            "City buses are free for people aged 70 and over. I will also tell you about other help."
        ),
    ),
}

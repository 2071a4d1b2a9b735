"""What is done with staff accounts: letting people in, changing what they may do, signing in."""

from services_app.staff.actions.accounts import (
    Details,
    Invited,
    deactivate_account,
    invitation_hooks,
    invite_staff,
    make_account,
    reactivate_account,
    renew_invitation,
    reset_sign_in,
    update_account,
)
from services_app.staff.actions.own import change_password, end_other_sessions, end_session, replace_second_factor
from services_app.staff.actions.signing_in import (
    Limits,
    count_code_try,
    count_password_try,
    note_failed_sign_in,
    set_second_factor,
    sign_in_staff,
    sign_out_staff,
    take_code,
    take_invitation,
)

__all__ = [
    "Details", "Invited", "Limits", "change_password", "count_code_try", "count_password_try", "deactivate_account", "end_other_sessions",
    "end_session", "invitation_hooks", "invite_staff", "make_account", "note_failed_sign_in", "reactivate_account", "renew_invitation",
    "replace_second_factor", "reset_sign_in", "set_second_factor", "sign_in_staff", "sign_out_staff", "take_code", "take_invitation",
    "update_account",
]  # fmt: skip

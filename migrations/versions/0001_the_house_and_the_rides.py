"""the house and the rides"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services_app.journal.triggers import create_triggers, drop_triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered_requests",
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=1000), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request_key", name=op.f("pk_answered_requests")),
    )
    with op.batch_alter_table("answered_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answered_requests_answered_at"), ["answered_at"], unique=False)

    op.create_table(
        "contractors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("agreement_number", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractors")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "journal_checkpoints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("up_to_entry_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("older_than", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_checkpoints")),
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column(
            "details",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_entries_hash")),
    )
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entries_actor", ["actor_kind", "actor_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entries_at"), ["at"], unique=False)
        batch_op.create_index("ix_journal_entries_resident", ["resident_id", "id"], unique=False)
        batch_op.create_index("ix_journal_entries_subject", ["subject_kind", "subject_id", "id"], unique=False)

    op.create_table(
        "journal_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_heads_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_heads")),
    )
    op.create_table(
        "phone_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_phone_lines_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_lines")),
    )
    with op.batch_alter_table("phone_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_lines_programme"), ["programme"], unique=False)

    op.create_table(
        "representatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=210), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("e_mail", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("told_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representatives")),
    )
    with op.batch_alter_table("representatives", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_representatives_e_mail"), ["e_mail"], unique=False)
        batch_op.create_index(batch_op.f("ix_representatives_phone"), ["phone"], unique=False)
        batch_op.create_index(batch_op.f("ix_representatives_search_name"), ["search_name"], unique=False)

    op.create_table(
        "residents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pesel", sa.String(), nullable=True),
        sa.Column("pesel_hash", sa.String(length=64), nullable=True),
        sa.Column("other_document", sa.String(), nullable=True),
        sa.Column("other_document_hash", sa.String(length=64), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=True),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("search_name", sa.String(length=210), nullable=False),
        sa.Column("sort_name", sa.String(length=340), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("search_street", sa.String(length=160), nullable=False),
        sa.Column("house_number", sa.String(length=20), nullable=False),
        sa.Column("flat_number", sa.String(length=20), nullable=True),
        sa.Column("postcode", sa.String(length=6), nullable=True),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("staircase", sa.String(length=40), nullable=True),
        sa.Column("floor", sa.String(length=20), nullable=True),
        sa.Column("has_lift", sa.Boolean(), nullable=True),
        sa.Column("gate_code", sa.String(), nullable=True),
        sa.Column("driver_note", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("place_is_exact", sa.Boolean(), nullable=False),
        sa.Column("e_mail", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("told_by", sa.String(length=40), nullable=False),
        sa.Column("mobility", sa.String(length=40), nullable=False),
        sa.Column("assistance", sa.String(length=40), nullable=False),
        sa.Column("usual_companion", sa.String(length=120), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("personal_code_hash", sa.String(length=64), nullable=True),
        sa.Column("personal_code_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "pesel_hash IS NOT NULL OR other_document_hash IS NOT NULL OR erased_at IS NOT NULL",
            name=op.f("ck_residents_identified"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("other_document_hash", name=op.f("uq_residents_other_document_hash")),
        sa.UniqueConstraint("personal_code_hash", name=op.f("uq_residents_personal_code_hash")),
        sa.UniqueConstraint("pesel_hash", name=op.f("uq_residents_pesel_hash")),
    )
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_residents_birth_on"), ["birth_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_residents_e_mail"), ["e_mail"], unique=False)
        batch_op.create_index("ix_residents_search_name", ["search_name"], unique=False)
        batch_op.create_index("ix_residents_search_street", ["search_street"], unique=False)
        batch_op.create_index(batch_op.f("ix_residents_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "service_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("closed_because", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_service_days")),
    )
    op.create_table(
        "sign_in_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_codes")),
        sa.UniqueConstraint("reference", name=op.f("uq_sign_in_codes_reference")),
    )
    with op.batch_alter_table("sign_in_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_codes_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=40), nullable=True),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index("ix_sign_ins_subject", ["kind", "subject_id", "ended_at"], unique=False)

    op.create_table(
        "staff_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("e_mail", sa.String(length=254), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("authorisation_number", sa.String(length=60), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("invitation_hash", sa.String(length=64), nullable=True),
        sa.Column("invitation_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_accounts")),
        sa.UniqueConstraint("e_mail", name=op.f("uq_staff_accounts_e_mail")),
        sa.UniqueConstraint("invitation_hash", name=op.f("uq_staff_accounts_invitation_hash")),
    )
    op.create_table(
        "streets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=140), nullable=False),
        sa.Column("sort_name", sa.String(length=160), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
    )
    with op.batch_alter_table("streets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_streets_search_name"), ["search_name"], unique=False)

    op.create_table(
        "throttles",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("window_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_throttles")),
    )
    op.create_table(
        "access_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by_id", sa.Integer(), nullable=True),
        sa.Column("running", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["begun_by_id"], ["staff_accounts.id"], name=op.f("fk_access_reviews_begun_by_id")),
        sa.ForeignKeyConstraint(
            ["finished_by_id"], ["staff_accounts.id"], name=op.f("fk_access_reviews_finished_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_reviews")),
        sa.UniqueConstraint("running", name=op.f("uq_access_reviews_running")),
    )
    op.create_table(
        "accessibility_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("answer_by", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("e_mail", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("barrier", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_on >= received_on", name=op.f("ck_accessibility_requests_term")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["staff_accounts.id"], name=op.f("fk_accessibility_requests_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility_requests")),
    )
    with op.batch_alter_table("accessibility_requests", schema=None) as batch_op:
        batch_op.create_index("ix_accessibility_requests_state", ["state", "due_on"], unique=False)

    op.create_table(
        "data_breaches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("happened", sa.String(), nullable=False),
        sa.Column("when_happened", sa.String(), nullable=False),
        sa.Column(
            "kinds",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("records", sa.String(), nullable=False),
        sa.Column("records_count", sa.Integer(), nullable=True),
        sa.Column("consequences", sa.String(), nullable=False),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("risk", sa.String(length=40), nullable=True),
        sa.Column("uodo_decision", sa.String(length=40), nullable=True),
        sa.Column("uodo_reason", sa.String(), nullable=False),
        sa.Column("uodo_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uodo_reference", sa.String(length=120), nullable=False),
        sa.Column("uodo_late_reason", sa.String(), nullable=False),
        sa.Column("csirt_decision", sa.String(length=40), nullable=True),
        sa.Column("csirt_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("csirt_reference", sa.String(length=120), nullable=False),
        sa.Column("people_decision", sa.String(length=40), nullable=True),
        sa.Column("people_reason", sa.String(), nullable=False),
        sa.Column("people_told_on", sa.Date(), nullable=True),
        sa.Column("people_told_how", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("people_count >= 0 AND records_count >= 0", name=op.f("ck_data_breaches_counts")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["staff_accounts.id"], name=op.f("fk_data_breaches_reported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_breaches")),
    )
    with op.batch_alter_table("data_breaches", schema=None) as batch_op:
        batch_op.create_index("ix_data_breaches_open", ["closed_at", "found_at"], unique=False)

    op.create_table(
        "destinations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=400), nullable=False),
        sa.Column("sort_name", sa.String(length=240), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("house_number", sa.String(length=20), nullable=True),
        sa.Column("postcode", sa.String(length=6), nullable=True),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("place_is_exact", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["staff_accounts.id"], name=op.f("fk_destinations_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destinations")),
    )
    with op.batch_alter_table("destinations", schema=None) as batch_op:
        batch_op.create_index("ix_destinations_category", ["category", "sort_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_destinations_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "drivers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("staff_account_id", sa.Integer(), nullable=True),
        sa.Column("contractor_id", sa.Integer(), nullable=True),
        sa.Column("carries_wheelchairs", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractors.id"], name=op.f("fk_drivers_contractor_id")),
        sa.ForeignKeyConstraint(["staff_account_id"], ["staff_accounts.id"], name=op.f("fk_drivers_staff_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
        sa.UniqueConstraint("staff_account_id", name=op.f("uq_drivers_staff_account_id")),
    )
    op.create_table(
        "erasure_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(length=40), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("ground", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff_accounts.id"], name=op.f("fk_erasure_decisions_by_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_erasure_decisions_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_decisions")),
    )
    with op.batch_alter_table("erasure_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_erasure_decisions_held", ["superseded_at", "held_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_erasure_decisions_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "incident_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("e_mail", sa.String(length=254), nullable=False),
        sa.Column("csirt_address", sa.String(length=300), nullable=False),
        sa.Column("csirt_told_on", sa.Date(), nullable=True),
        sa.Column("instruction", sa.String(length=2000), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["staff_accounts.id"], name=op.f("fk_incident_contacts_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_contacts")),
    )
    op.create_table(
        "message_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["edited_by_id"], ["staff_accounts.id"], name=op.f("fk_message_texts_edited_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_texts")),
        sa.UniqueConstraint("kind", "channel", "language", name=op.f("uq_message_texts_kind_channel_language")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("recipient_kind", sa.String(length=20), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(length=30), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("recipient_name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("spoken", sa.String(), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["told_by_id"], ["staff_accounts.id"], name=op.f("fk_messages_told_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_messages_dedupe_key")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_due", ["state", "channel", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_messages_resident", ["resident_id", "id"], unique=False)
        batch_op.create_index("ix_messages_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "personal_data_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["staff_accounts.id"], name=op.f("fk_personal_data_requests_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_personal_data_requests_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_requests")),
        sa.UniqueConstraint(
            "resident_id", "kind", "received_at", name=op.f("uq_personal_data_requests_resident_id_kind_received_at")
        ),
    )
    with op.batch_alter_table("personal_data_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_data_requests_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "representations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("representative_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("said_name", sa.String(length=200), nullable=True),
        sa.Column("said_kind", sa.String(length=40), nullable=True),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("told_of_rides", sa.Boolean(), nullable=False),
        sa.Column("consent_how", sa.String(length=40), nullable=False),
        sa.Column("consent_text", sa.String(length=40), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=20), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_kind", sa.String(length=20), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["representatives.id"], name=op.f("fk_representations_representative_id")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_representations_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representations")),
    )
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_representations_representative_id"), ["representative_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_representations_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "resident_phones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("land_line", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_resident_phones_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_phones")),
    )
    with op.batch_alter_table("resident_phones", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resident_phones_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_resident_phones_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "resident_search_words",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column(
            "word", sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_resident_search_words_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", "word", name=op.f("pk_resident_search_words")),
    )
    with op.batch_alter_table("resident_search_words", schema=None) as batch_op:
        batch_op.create_index("ix_resident_search_words_word", ["word", "resident_id"], unique=False)

    op.create_table(
        "retention_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(length=40), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("legal_source", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_count", sa.Integer(), nullable=True),
        sa.CheckConstraint("years BETWEEN 1 AND 50", name=op.f("ck_retention_rules_years")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["staff_accounts.id"], name=op.f("fk_retention_rules_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rules")),
    )
    with op.batch_alter_table("retention_rules", schema=None) as batch_op:
        batch_op.create_index("ix_retention_rules_kept", ["kept", "valid_from"], unique=False)

    op.create_table(
        "ride_rules_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column(
            "body",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_with", sa.String(length=120), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'published' OR in_force_from IS NOT NULL", name=op.f("ck_ride_rules_versions_published_has_day")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["staff_accounts.id"], name=op.f("fk_ride_rules_versions_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["ride_rules_versions.id"], name=op.f("fk_ride_rules_versions_copied_from_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["staff_accounts.id"], name=op.f("fk_ride_rules_versions_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["staff_accounts.id"], name=op.f("fk_ride_rules_versions_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_rules_versions")),
        sa.UniqueConstraint("code", name=op.f("uq_ride_rules_versions_code")),
    )
    with op.batch_alter_table("ride_rules_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ride_rules_versions_in_force_from"), ["in_force_from"], unique=False)

    op.create_table(
        "staff_roles",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_accounts.id"], name=op.f("fk_staff_roles_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_staff_roles")),
    )
    op.create_table(
        "staff_trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["staff_accounts.id"], name=op.f("fk_staff_trainings_account_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["staff_accounts.id"], name=op.f("fk_staff_trainings_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_trainings")),
    )
    with op.batch_alter_table("staff_trainings", schema=None) as batch_op:
        batch_op.create_index("ix_staff_trainings_account", ["account_id", "trained_on"], unique=False)

    op.create_table(
        "statement_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("findings", sa.String(length=2000), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff_accounts.id"], name=op.f("fk_statement_reviews_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_reviews")),
    )
    with op.batch_alter_table("statement_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_reviews_reviewed_on"), ["reviewed_on"], unique=False)

    op.create_table(
        "vehicles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("plate", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("contractor_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("depot", sa.String(length=120), nullable=True),
        sa.Column("depot_latitude", sa.Double(), nullable=False),
        sa.Column("depot_longitude", sa.Double(), nullable=False),
        sa.Column("in_service_from", sa.Date(), nullable=False),
        sa.Column("in_service_until", sa.Date(), nullable=True),
        sa.CheckConstraint("seats > 0 AND wheelchair_places >= 0", name=op.f("ck_vehicles_places")),
        sa.ForeignKeyConstraint(["contractor_id"], ["contractors.id"], name=op.f("fk_vehicles_contractor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
        sa.UniqueConstraint("plate", name=op.f("uq_vehicles_plate")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=True),
        sa.Column("vehicle_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.CheckConstraint("(driver_id IS NULL) <> (vehicle_id IS NULL)", name=op.f("ck_absences_whose")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_absences_period")),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_absences_driver_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_absences_vehicle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_driver_id"), ["driver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absences_vehicle_id"), ["vehicle_id"], unique=False)

    op.create_table(
        "access_review_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "roles",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["staff_accounts.id"], name=op.f("fk_access_review_items_account_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_accounts.id"], name=op.f("fk_access_review_items_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["access_reviews.id"], name=op.f("fk_access_review_items_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review_items")),
        sa.UniqueConstraint("review_id", "account_id", name=op.f("uq_access_review_items_review_id_account_id")),
    )
    with op.batch_alter_table("access_review_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_review_items_account_id"), ["account_id"], unique=False)

    op.create_table(
        "accessibility_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_letter", sa.Boolean(), nullable=False),
        sa.Column("letter_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_sent_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff_accounts.id"], name=op.f("fk_accessibility_steps_by_id")),
        sa.ForeignKeyConstraint(
            ["letter_sent_by_id"], ["staff_accounts.id"], name=op.f("fk_accessibility_steps_letter_sent_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["accessibility_requests.id"],
            name=op.f("fk_accessibility_steps_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility_steps")),
    )
    with op.batch_alter_table("accessibility_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accessibility_steps_request_id"), ["request_id"], unique=False)

    op.create_table(
        "entrances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name=op.f("fk_entrances_destination_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entrances")),
    )
    with op.batch_alter_table("entrances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entrances_destination_id"), ["destination_id"], unique=False)

    op.create_table(
        "message_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_events_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_events")),
    )
    with op.batch_alter_table("message_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_events_message_id"), ["message_id"], unique=False)

    op.create_table(
        "refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("rules_version_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("by_kind", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("wished_on", sa.Date(), nullable=False),
        sa.Column(
            "wish",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "reasons",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "offered",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_refusals_resident_id")),
        sa.ForeignKeyConstraint(
            ["rules_version_id"], ["ride_rules_versions.id"], name=op.f("fk_refusals_rules_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    with op.batch_alter_table("refusals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refusals_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_refusals_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("ended_before", sa.Date(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column(
            "subject_ids",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff_accounts.id"], name=op.f("fk_retention_runs_by_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["retention_rules.id"], name=op.f("fk_retention_runs_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
    )
    op.create_table(
        "ride_enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("rules_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_kind", sa.String(length=20), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=True),
        sa.Column("statement_text", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "reasons",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_accounts.id"], name=op.f("fk_ride_enrolments_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_ride_enrolments_resident_id")),
        sa.ForeignKeyConstraint(
            ["rules_version_id"], ["ride_rules_versions.id"], name=op.f("fk_ride_enrolments_rules_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_enrolments")),
    )
    with op.batch_alter_table("ride_enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ride_enrolments_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index("ix_ride_enrolments_state", ["state", "declared_at"], unique=False)

    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("break_from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("break_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shifts_length")),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_shifts_driver_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_shifts_vehicle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.create_index("ix_shifts_driver", ["driver_id", "on"], unique=False)
        batch_op.create_index(batch_op.f("ix_shifts_on"), ["on"], unique=False)
        batch_op.create_index(
            "ux_shifts_vehicle",
            ["vehicle_id", "starts_at"],
            unique=True,
            sqlite_where=sa.text("cancelled_at IS NULL"),
            postgresql_where=sa.text("cancelled_at IS NULL"),
        )

    op.create_table(
        "ride_enrolment_conditions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("proof", sa.String(length=200), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["ride_enrolments.id"],
            name=op.f("fk_ride_enrolment_conditions_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["staff_accounts.id"], name=op.f("fk_ride_enrolment_conditions_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_enrolment_conditions")),
        sa.UniqueConstraint(
            "enrolment_id", "condition", name=op.f("uq_ride_enrolment_conditions_enrolment_id_condition")
        ),
    )
    with op.batch_alter_table("ride_enrolment_conditions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ride_enrolment_conditions_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "rides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("rules_version_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=True),
        sa.Column("entrance_id", sa.Integer(), nullable=True),
        sa.Column("destination_name", sa.String(length=200), nullable=False),
        sa.Column("destination_address", sa.String(length=200), nullable=False),
        sa.Column("destination_town", sa.String(length=80), nullable=False),
        sa.Column("destination_latitude", sa.Double(), nullable=False),
        sa.Column("destination_longitude", sa.Double(), nullable=False),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visit_minutes", sa.Integer(), nullable=False),
        sa.Column("return_mode", sa.String(length=40), nullable=True),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("companion_age", sa.Integer(), nullable=True),
        sa.Column("mobility", sa.String(length=40), nullable=False),
        sa.Column("assistance", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("booked_by_kind", sa.String(length=20), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancel_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("charged_legs", sa.Integer(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("override_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "overridden",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("charged_legs BETWEEN 0 AND 2", name=op.f("ck_rides_charged")),
        sa.CheckConstraint(
            "override_by_id IS NULL OR override_reason IS NOT NULL", name=op.f("ck_rides_override_has_reason")
        ),
        sa.ForeignKeyConstraint(["destination_id"], ["destinations.id"], name=op.f("fk_rides_destination_id")),
        sa.ForeignKeyConstraint(["entrance_id"], ["entrances.id"], name=op.f("fk_rides_entrance_id")),
        sa.ForeignKeyConstraint(["override_by_id"], ["staff_accounts.id"], name=op.f("fk_rides_override_by_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_rides_resident_id")),
        sa.ForeignKeyConstraint(
            ["rules_version_id"], ["ride_rules_versions.id"], name=op.f("fk_rides_rules_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rides")),
    )
    with op.batch_alter_table("rides", schema=None) as batch_op:
        batch_op.create_index("ix_rides_on", ["on", "state"], unique=False)
        batch_op.create_index("ix_rides_resident", ["resident_id", "on"], unique=False)
        batch_op.create_index("ix_rides_state", ["state", "on"], unique=False)

    op.create_table(
        "saved_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=True),
        sa.Column("entrance_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["destination_id"], ["destinations.id"], name=op.f("fk_saved_places_destination_id")),
        sa.ForeignKeyConstraint(["entrance_id"], ["entrances.id"], name=op.f("fk_saved_places_entrance_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_saved_places_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_places")),
        sa.UniqueConstraint("resident_id", "destination_id", name=op.f("uq_saved_places_resident_id_destination_id")),
    )
    with op.batch_alter_table("saved_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_places_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "booking_drafts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_kind", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column(
            "answers",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ride_id", sa.Integer(), nullable=True),
        sa.Column("moves_ride", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_booking_drafts_resident_id")),
        sa.ForeignKeyConstraint(["ride_id"], ["rides.id"], name=op.f("fk_booking_drafts_ride_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_drafts")),
    )
    with op.batch_alter_table("booking_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_drafts_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_drafts_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "legs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ride_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("from_latitude", sa.Double(), nullable=False),
        sa.Column("from_longitude", sa.Double(), nullable=False),
        sa.Column("to_latitude", sa.Double(), nullable=False),
        sa.Column("to_longitude", sa.Double(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("wheelchairs", sa.Integer(), nullable=False),
        sa.Column("boarding_minutes", sa.Integer(), nullable=False),
        sa.Column("alighting_minutes", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("promised_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrive_by_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_pickup_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_dropoff_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("picked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("planned_dropoff_at >= planned_pickup_at", name=op.f("ck_legs_order")),
        sa.ForeignKeyConstraint(["ride_id"], ["rides.id"], name=op.f("fk_legs_ride_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_legs_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legs")),
        sa.UniqueConstraint("ride_id", "sequence", name=op.f("uq_legs_ride_id_sequence")),
    )
    with op.batch_alter_table("legs", schema=None) as batch_op:
        batch_op.create_index("ix_legs_on", ["on", "active"], unique=False)
        batch_op.create_index(batch_op.f("ix_legs_ride_id"), ["ride_id"], unique=False)
        batch_op.create_index("ix_legs_shift", ["shift_id", "active"], unique=False)

    op.create_table(
        "ride_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ride_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("by_kind", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "details",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["ride_id"], ["rides.id"], name=op.f("fk_ride_events_ride_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_events")),
    )
    with op.batch_alter_table("ride_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ride_events_ride_id"), ["ride_id"], unique=False)
    create_triggers(op.get_bind())


def downgrade() -> None:
    drop_triggers(op.get_bind())
    with op.batch_alter_table("ride_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ride_events_ride_id"))

    op.drop_table("ride_events")
    with op.batch_alter_table("legs", schema=None) as batch_op:
        batch_op.drop_index("ix_legs_shift")
        batch_op.drop_index(batch_op.f("ix_legs_ride_id"))
        batch_op.drop_index("ix_legs_on")

    op.drop_table("legs")
    with op.batch_alter_table("booking_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_drafts_resident_id"))
        batch_op.drop_index(batch_op.f("ix_booking_drafts_changed_at"))

    op.drop_table("booking_drafts")
    with op.batch_alter_table("saved_places", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_places_resident_id"))

    op.drop_table("saved_places")
    with op.batch_alter_table("rides", schema=None) as batch_op:
        batch_op.drop_index("ix_rides_state")
        batch_op.drop_index("ix_rides_resident")
        batch_op.drop_index("ix_rides_on")

    op.drop_table("rides")
    with op.batch_alter_table("ride_enrolment_conditions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ride_enrolment_conditions_enrolment_id"))

    op.drop_table("ride_enrolment_conditions")
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_shifts_vehicle",
            sqlite_where=sa.text("cancelled_at IS NULL"),
            postgresql_where=sa.text("cancelled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_shifts_on"))
        batch_op.drop_index("ix_shifts_driver")

    op.drop_table("shifts")
    with op.batch_alter_table("ride_enrolments", schema=None) as batch_op:
        batch_op.drop_index("ix_ride_enrolments_state")
        batch_op.drop_index(batch_op.f("ix_ride_enrolments_resident_id"))

    op.drop_table("ride_enrolments")
    op.drop_table("retention_runs")
    with op.batch_alter_table("refusals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refusals_resident_id"))
        batch_op.drop_index(batch_op.f("ix_refusals_at"))

    op.drop_table("refusals")
    with op.batch_alter_table("message_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_events_message_id"))

    op.drop_table("message_events")
    with op.batch_alter_table("entrances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entrances_destination_id"))

    op.drop_table("entrances")
    with op.batch_alter_table("accessibility_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accessibility_steps_request_id"))

    op.drop_table("accessibility_steps")
    with op.batch_alter_table("access_review_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_review_items_account_id"))

    op.drop_table("access_review_items")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_vehicle_id"))
        batch_op.drop_index(batch_op.f("ix_absences_driver_id"))

    op.drop_table("absences")
    op.drop_table("vehicles")
    with op.batch_alter_table("statement_reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_reviews_reviewed_on"))

    op.drop_table("statement_reviews")
    with op.batch_alter_table("staff_trainings", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_trainings_account")

    op.drop_table("staff_trainings")
    op.drop_table("staff_roles")
    with op.batch_alter_table("ride_rules_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ride_rules_versions_in_force_from"))

    op.drop_table("ride_rules_versions")
    with op.batch_alter_table("retention_rules", schema=None) as batch_op:
        batch_op.drop_index("ix_retention_rules_kept")

    op.drop_table("retention_rules")
    with op.batch_alter_table("resident_search_words", schema=None) as batch_op:
        batch_op.drop_index("ix_resident_search_words_word")

    op.drop_table("resident_search_words")
    with op.batch_alter_table("resident_phones", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resident_phones_resident_id"))
        batch_op.drop_index(batch_op.f("ix_resident_phones_number"))

    op.drop_table("resident_phones")
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_representations_resident_id"))
        batch_op.drop_index(batch_op.f("ix_representations_representative_id"))

    op.drop_table("representations")
    with op.batch_alter_table("personal_data_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_data_requests_resident_id"))

    op.drop_table("personal_data_requests")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_subject")
        batch_op.drop_index("ix_messages_resident")
        batch_op.drop_index(batch_op.f("ix_messages_provider_id"))
        batch_op.drop_index("ix_messages_due")

    op.drop_table("messages")
    op.drop_table("message_texts")
    op.drop_table("incident_contacts")
    with op.batch_alter_table("erasure_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_erasure_decisions_resident_id"))
        batch_op.drop_index("ix_erasure_decisions_held")

    op.drop_table("erasure_decisions")
    op.drop_table("drivers")
    with op.batch_alter_table("destinations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_destinations_sort_name"))
        batch_op.drop_index("ix_destinations_category")

    op.drop_table("destinations")
    with op.batch_alter_table("data_breaches", schema=None) as batch_op:
        batch_op.drop_index("ix_data_breaches_open")

    op.drop_table("data_breaches")
    with op.batch_alter_table("accessibility_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_accessibility_requests_state")

    op.drop_table("accessibility_requests")
    op.drop_table("access_reviews")
    op.drop_table("throttles")
    with op.batch_alter_table("streets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_streets_search_name"))

    op.drop_table("streets")
    op.drop_table("staff_accounts")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_ins_subject")

    op.drop_table("sign_ins")
    with op.batch_alter_table("sign_in_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_codes_ends_at"))

    op.drop_table("sign_in_codes")
    op.drop_table("service_days")
    with op.batch_alter_table("residents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_residents_sort_name"))
        batch_op.drop_index("ix_residents_search_street")
        batch_op.drop_index("ix_residents_search_name")
        batch_op.drop_index(batch_op.f("ix_residents_e_mail"))
        batch_op.drop_index(batch_op.f("ix_residents_birth_on"))

    op.drop_table("residents")
    with op.batch_alter_table("representatives", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_representatives_search_name"))
        batch_op.drop_index(batch_op.f("ix_representatives_phone"))
        batch_op.drop_index(batch_op.f("ix_representatives_e_mail"))

    op.drop_table("representatives")
    with op.batch_alter_table("phone_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phone_lines_programme"))

    op.drop_table("phone_lines")
    op.drop_table("journal_heads")
    with op.batch_alter_table("journal_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entries_subject")
        batch_op.drop_index("ix_journal_entries_resident")
        batch_op.drop_index(batch_op.f("ix_journal_entries_at"))
        batch_op.drop_index("ix_journal_entries_actor")

    op.drop_table("journal_entries")
    op.drop_table("journal_checkpoints")
    op.drop_table("heartbeats")
    op.drop_table("contractors")
    with op.batch_alter_table("answered_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answered_requests_answered_at"))

    op.drop_table("answered_requests")

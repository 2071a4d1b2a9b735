"""applications to join the programme, sent without an account"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "join_applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("applicant_name", sa.String(), nullable=True),
        sa.Column("applicant_phone", sa.String(), nullable=True),
        sa.Column("applicant_land_line", sa.Boolean(), nullable=False),
        sa.Column("pesel", sa.String(), nullable=True),
        sa.Column("pesel_hash", sa.String(length=64), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("land_line", sa.Boolean(), nullable=False),
        sa.Column("e_mail", sa.String(), nullable=True),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("house_number", sa.String(), nullable=False),
        sa.Column("flat_number", sa.String(), nullable=True),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("mobility", sa.String(length=40), nullable=False),
        sa.Column(
            "conditions",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("rules_version_id", sa.Integer(), nullable=False),
        sa.Column("statement_text", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "reasons",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'accepted' OR resident_id IS NOT NULL", name=op.f("ck_join_applications_accepted_is_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_accounts.id"], name=op.f("fk_join_applications_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_join_applications_resident_id")),
        sa.ForeignKeyConstraint(
            ["rules_version_id"], ["ride_rules_versions.id"], name=op.f("fk_join_applications_rules_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_applications")),
    )
    with op.batch_alter_table("join_applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_applications_pesel_hash"), ["pesel_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_applications_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index("ix_join_applications_state", ["state", "received_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("join_applications", schema=None) as batch_op:
        batch_op.drop_index("ix_join_applications_state")
        batch_op.drop_index(batch_op.f("ix_join_applications_resident_id"))
        batch_op.drop_index(batch_op.f("ix_join_applications_pesel_hash"))

    op.drop_table("join_applications")

"""Accounts, roles, sign-in and second factor of those who work here."""

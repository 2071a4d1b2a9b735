"""The outbox: templates, messages, channels, receipts, the call list."""

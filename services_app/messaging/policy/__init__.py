"""The rules of messaging, pure: what fits in an SMS, when a message may go out, how a text is filled."""

"""What may be done and until when: values and dates in, verdicts and terms out. Pure."""

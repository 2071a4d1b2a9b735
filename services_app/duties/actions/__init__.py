"""What is done about the office's own duties; each action is one transaction's."""

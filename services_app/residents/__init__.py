"""The people served, their representatives, their sign-in by one-time code."""

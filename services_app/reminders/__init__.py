"""What is coming up, asked of each feature, and the process that sends it."""

"""What the law asks of the office itself: accessibility requests, reviews, data breaches, rights of access, retention."""

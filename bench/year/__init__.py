"""A whole city lives a whole year through the real services; then it is shown that nobody was forgotten."""

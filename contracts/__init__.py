"""What is said: every event of the system, declared once."""

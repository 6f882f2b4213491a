"""The registry: who is under care, who answers for them, and everything that is known of them."""

"""gateway: carries SMS to a carrier, never twice, and says what became of each."""

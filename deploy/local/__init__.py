"""The whole system on one machine, and the command line that drives it."""

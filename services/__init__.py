"""The services: each owns its data, and hears of the others' by events alone."""

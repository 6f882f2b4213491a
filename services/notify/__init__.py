"""notify: somebody must be told, in the fewest words, once, and until they know."""

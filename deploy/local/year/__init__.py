"""A year of the invented city: what happens on which day, and how each of those who owe something does their duty."""

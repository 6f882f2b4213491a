"""How it is said: the road from what is heard, asked or woken to what is told, once."""

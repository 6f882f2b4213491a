"""Side-by-side measurements, one command each: `./bifang bench NAME`."""

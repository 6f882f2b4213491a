"""The people of the outside world: what the demo, the journeys and the benches need to live beside a real system."""

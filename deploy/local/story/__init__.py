"""The story that `demo` tells: three chapters, in which a step is believed only when Kafka and the tables both show it."""

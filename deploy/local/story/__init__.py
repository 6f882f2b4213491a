"""The story that `demo` tells: three chapters, in which every step is believed only when Kafka and the tables show it."""

"""The words of the registry for its readers: Chinese for all of them; what the city names is named by its pack."""

HIDDEN = "***"

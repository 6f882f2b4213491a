"""What is derived from the events: their schemas, docs/events.md and docs/asyncapi.yaml."""

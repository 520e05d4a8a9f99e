"""The people's door: JSON under /people/v1 and one WebSocket for events (docs/reference/people-api.md)."""

"""THE CLOUD API EDGE: bytes of the WhatsApp-compatible Cloud API ↔ flow; routing, wire types, errors, webhooks; no rules."""

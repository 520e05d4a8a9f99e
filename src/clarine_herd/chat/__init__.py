"""The farmer's side of the conversation: what was written or tapped is understood, done, and answered."""

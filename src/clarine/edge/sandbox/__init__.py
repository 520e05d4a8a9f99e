"""The sandbox's front door: whoever tries a client moves time, speaks as people, and sees what was sent. Never open by itself."""

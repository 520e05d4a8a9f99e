"""Other people's servers doing the same work on the same machine in the same run: each is started, loaded and stopped here."""

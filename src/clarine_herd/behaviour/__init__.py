"""What an animal does, from its collar's raw acceleration. Knows nothing of the rest of Herd: tables in, classes out."""

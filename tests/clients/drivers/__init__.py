"""One small program per client: it runs among that client's own packages and does, step by step, what it is told on its input."""

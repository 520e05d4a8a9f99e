"""Published clients of the Cloud API, unchanged, against a running Clarine: `make test-clients`."""

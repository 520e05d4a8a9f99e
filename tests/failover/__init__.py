"""What happens when a machine dies: real clusters on the loopback, killed under load by `make test-failover`."""

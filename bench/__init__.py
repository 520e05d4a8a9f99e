"""Benchmarks: each bounded in time, on loopback only, with a load generator of its own and a peer in the same run."""

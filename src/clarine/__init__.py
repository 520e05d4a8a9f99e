"""Clarine: a messaging network anyone can run; businesses pay per delivered message, people decide who may write."""

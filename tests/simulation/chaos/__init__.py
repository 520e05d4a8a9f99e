"""The whole house under one seed: processes die between any two transactions, and whatever can happen twice does."""

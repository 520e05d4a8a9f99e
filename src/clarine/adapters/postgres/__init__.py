"""PostgreSQL, the only storage: named queries, rows to frozen records at one place, one transaction per verb."""

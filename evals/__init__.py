"""Is it right, and how fast: benchmark scripts, baselines and the log of what was tried."""

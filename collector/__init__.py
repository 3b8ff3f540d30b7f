"""Take hits, honour the opt-out, and write nothing but coarse events."""

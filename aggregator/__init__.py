"""Turn coarse events into reports and publishable statistics."""

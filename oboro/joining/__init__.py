"""SQL of the collectors on one store."""

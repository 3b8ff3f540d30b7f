"""Read what is kept: figures by topic, over time, and by focus on one value."""

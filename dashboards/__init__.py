"""Show operators their traffic, the public the published figures, and visitors what is kept."""

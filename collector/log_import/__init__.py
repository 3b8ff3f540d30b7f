"""Read access logs and count them as if their hits had arrived live."""

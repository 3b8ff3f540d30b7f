"""The ways a hit can be written down; each module reads one of them."""

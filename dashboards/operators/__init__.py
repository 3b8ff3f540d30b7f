"""What the operators of a site see: its report, live figures, and how to add a site."""

"""Turn what a visitor's browser said into coarse values; each coarsener is a total function."""

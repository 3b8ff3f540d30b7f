"""The collector's commands, one in each file."""

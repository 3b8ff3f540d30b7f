"""The statements behind the states of days and their closing."""

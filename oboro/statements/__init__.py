"""Statements of the ground floor that work on several tables."""

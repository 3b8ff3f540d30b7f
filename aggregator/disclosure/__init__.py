"""Disclosure control: counts come in, figures that may be shown to everybody go out.

Pure: numbers in, numbers out. What is counted, stored and published is not known here, and an
import contract keeps it so.
"""

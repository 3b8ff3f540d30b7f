"""The store's tables, as numbered steps that only ever go forward.

A step is never edited once it is on ``main``: write the next one. Every statement can run
twice (``IF NOT EXISTS``), since a crash may fall between two of them. Every table and every
column has a comment that says what it is for; ``oboro schema`` prints them.
"""

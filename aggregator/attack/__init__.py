"""Attacks on publications, by somebody who has the bundles and nothing else.

Each module holds one kind of attack and yields what it found out, or found wrong. Nothing here
opens the store or the budget ledger: an attacker could not. They run before each publication, and
on any bundles by ``oboro attack``.
"""

"""An attacker who holds the whole data directory and wants visitors' trails back.

``rows`` reads what lies there, ``hits`` guesses the single hits behind summed rows, ``linker``
joins hits to trails, ``score`` compares them with what really happened.
"""

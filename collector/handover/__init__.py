"""Hand what a collector knows from one process to the next, through memory alone."""

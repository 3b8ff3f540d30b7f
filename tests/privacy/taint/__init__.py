"""Mark everything a visitor sends, and look for the marks in everything that is left."""

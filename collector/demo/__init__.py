"""Made-up traffic of a made-up town, so that a first look shows full reports."""

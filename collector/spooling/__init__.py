"""What the spool is made of: its tables, its blobs and its file."""

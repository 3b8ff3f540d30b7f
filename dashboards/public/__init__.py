"""What everybody may see: published bundles as files, by code that cannot reach the store."""

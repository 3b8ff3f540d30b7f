"""The commands of the aggregator, one file each."""

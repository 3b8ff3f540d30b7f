-- What publications are drawn from, and where an import's wait until all of them are there.

CREATE TABLE IF NOT EXISTS contributions
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    publication_table LowCardinality(String) COMMENT 'table of a publication; (void) where the day must never be drawn',
    key String COMMENT 'coarse value that visitor-days are counted under in the table',
    n UInt64 COMMENT 'visitor-days to add, each within the bound of the table',
    batch FixedString(16) COMMENT 'random number of the write, to count it exactly once; cleared within the hour'
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (site, publication_table, key)
SETTINGS
    non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    old_parts_lifetime = 5, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'what each visitor-day adds to each publication table, bounded before it was summed; deleted after the draw';

CREATE TABLE IF NOT EXISTS imported_contributions
(
    import String COMMENT 'random number of the import',
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    publication_table LowCardinality(String) COMMENT 'table of a publication',
    key String COMMENT 'coarse value that visitor-days are counted under in the table',
    n UInt64 COMMENT 'visitor-days to add, each within the bound of the table'
)
ENGINE = MergeTree
PARTITION BY import
ORDER BY (day, site, publication_table, key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'contributions of an import that is not finished; dropped when it is';

-- Where an import's days wait until all of them are there; empty when no import runs.

CREATE TABLE IF NOT EXISTS imported_events
(
    import String COMMENT 'random number of the import',
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    topic LowCardinality(String) COMMENT 'which attribute the row tells of, or which crossing of two',
    value String COMMENT 'coarse value of the attribute; of the first one in a crossing',
    value2 String COMMENT 'coarse value of the second attribute of a crossing, else empty',
    views UInt64 COMMENT 'page views to add',
    visits UInt64 COMMENT 'visits to add',
    visitors UInt64 COMMENT 'visitor-days to add',
    events UInt64 COMMENT 'declared events to add'
)
ENGINE = MergeTree
PARTITION BY import
ORDER BY (day, site, topic, value, value2)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'facts of an import that is not finished; dropped when it is';

CREATE TABLE IF NOT EXISTS imported_outcomes
(
    import String COMMENT 'random number of the import',
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    outcome LowCardinality(String) COMMENT 'what became of the lines: counted, or why not',
    n UInt64 COMMENT 'how many lines to add'
)
ENGINE = MergeTree
PARTITION BY import
ORDER BY (day, site, outcome)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'outcomes of an import that is not finished; dropped when it is';

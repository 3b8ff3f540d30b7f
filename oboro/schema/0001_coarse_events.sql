-- The three tables of open days. Inserts are on disk when they return (fsync), and an insert
-- repeated with the same token is forgotten (deduplication window).

CREATE TABLE IF NOT EXISTS coarse_events
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    topic LowCardinality(String) COMMENT 'which attribute the row tells of, or which crossing of two',
    value String COMMENT 'coarse value of the attribute; of the first one in a crossing',
    value2 String COMMENT 'coarse value of the second attribute of a crossing, else empty',
    views UInt64 COMMENT 'page views to add',
    visits UInt64 COMMENT 'visits to add',
    visitors UInt64 COMMENT 'visitor-days to add',
    events UInt64 COMMENT 'declared events to add',
    batch FixedString(16) COMMENT 'random number of the write, to count it exactly once; cleared within the hour'
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (site, topic, value, value2)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'what is kept of hits: one attribute a row, two only once a crowd stands behind them';

CREATE TABLE IF NOT EXISTS outcomes
(
    site LowCardinality(String) COMMENT 'host of the counted site; empty for hits that named none we know',
    day Date COMMENT 'local day of the site',
    outcome LowCardinality(String) COMMENT 'what became of the arrivals: counted, or why not',
    n UInt64 COMMENT 'how many arrivals to add',
    batch FixedString(16) COMMENT 'random number of the write, to count it exactly once; cleared within the hour'
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (site, outcome)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'how many arrivals were counted or refused, and why; never those who opted out';

CREATE TABLE IF NOT EXISTS days
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    node LowCardinality(String) COMMENT 'which collector speaks; empty for an import',
    state LowCardinality(String) COMMENT 'open, partial (a crash lost what was gathering), void (too many keys), imported',
    label LowCardinality(String) COMMENT 'what every reader of the day must be told; empty when nothing',
    version UInt64 COMMENT 'the highest wins'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (site, day, node)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'the state of each day of each site, by collector';

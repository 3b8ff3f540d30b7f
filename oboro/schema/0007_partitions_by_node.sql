-- Several collectors on one store. Each writes rows into partitions of its own, so that it can sum
-- them every hour while the others go on writing. A table's partition key cannot be changed: rows
-- move to a table with the new one, which then takes the old one's name.

DROP TABLE IF EXISTS parted_coarse_events SYNC;
CREATE TABLE IF NOT EXISTS parted_coarse_events
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    node LowCardinality(String) DEFAULT 'collector' COMMENT 'which collector wrote the row',
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
PARTITION BY (day, node)
ORDER BY (site, topic, value, value2)
SETTINGS
    non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    old_parts_lifetime = 5, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'what is kept of hits: one attribute a row, two only once a crowd stands behind them';

DROP TABLE IF EXISTS parted_outcomes SYNC;
CREATE TABLE IF NOT EXISTS parted_outcomes
(
    site LowCardinality(String) COMMENT 'host of the counted site; empty for hits that named none we know',
    day Date COMMENT 'local day of the site',
    node LowCardinality(String) DEFAULT 'collector' COMMENT 'which collector wrote the row',
    outcome LowCardinality(String) COMMENT 'what became of the arrivals: counted, or why not',
    n UInt64 COMMENT 'how many arrivals to add',
    batch FixedString(16) COMMENT 'random number of the write, to count it exactly once; cleared within the hour'
)
ENGINE = MergeTree
PARTITION BY (day, node)
ORDER BY (site, outcome)
SETTINGS
    non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    old_parts_lifetime = 5, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'how many arrivals were counted or refused, and why; never those who opted out';

DROP TABLE IF EXISTS parted_contributions SYNC;
CREATE TABLE IF NOT EXISTS parted_contributions
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    node LowCardinality(String) DEFAULT 'collector' COMMENT 'which collector wrote the row',
    publication_table LowCardinality(String) COMMENT 'table of a publication; (void) where the day must never be drawn',
    key String COMMENT 'coarse value that visitor-days are counted under in the table',
    n UInt64 COMMENT 'visitor-days to add, each within the bound of the table',
    batch FixedString(16) COMMENT 'random number of the write, to count it exactly once; cleared within the hour'
)
ENGINE = MergeTree
PARTITION BY (day, node)
ORDER BY (site, publication_table, key)
SETTINGS
    non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
    old_parts_lifetime = 5, min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'what each visitor-day adds to each publication table, bounded before it was summed; deleted after the draw';

-- The sums that the hourly job was about to put in a day's place go the same way, since a kill may
-- have left them for the next start.
CREATE TABLE IF NOT EXISTS compacting_coarse_events AS coarse_events;
CREATE TABLE IF NOT EXISTS compacting_outcomes AS outcomes;
CREATE TABLE IF NOT EXISTS compacting_contributions AS contributions;
DROP TABLE IF EXISTS parted_compacting_coarse_events SYNC;
DROP TABLE IF EXISTS parted_compacting_outcomes SYNC;
DROP TABLE IF EXISTS parted_compacting_contributions SYNC;
CREATE TABLE IF NOT EXISTS parted_compacting_coarse_events AS parted_coarse_events;
CREATE TABLE IF NOT EXISTS parted_compacting_outcomes AS parted_outcomes;
CREATE TABLE IF NOT EXISTS parted_compacting_contributions AS parted_contributions;

-- Each copy is whole before it takes the old table's place; a kill before that begins it anew.
INSERT INTO parted_coarse_events (site, day, topic, value, value2, views, visits, visitors, events, batch)
SELECT site, day, topic, value, value2, views, visits, visitors, events, batch FROM coarse_events
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0,
    deduplicate_insert_select = 'disable';
EXCHANGE TABLES parted_coarse_events AND coarse_events;
DROP TABLE IF EXISTS parted_coarse_events SYNC;

INSERT INTO parted_compacting_coarse_events (site, day, topic, value, value2, views, visits, visitors, events, batch)
SELECT site, day, topic, value, value2, views, visits, visitors, events, batch FROM compacting_coarse_events
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0,
    deduplicate_insert_select = 'disable';
EXCHANGE TABLES parted_compacting_coarse_events AND compacting_coarse_events;
DROP TABLE IF EXISTS parted_compacting_coarse_events SYNC;

INSERT INTO parted_outcomes (site, day, outcome, n, batch)
SELECT site, day, outcome, n, batch FROM outcomes
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0,
    deduplicate_insert_select = 'disable';
EXCHANGE TABLES parted_outcomes AND outcomes;
DROP TABLE IF EXISTS parted_outcomes SYNC;

INSERT INTO parted_compacting_outcomes (site, day, outcome, n, batch)
SELECT site, day, outcome, n, batch FROM compacting_outcomes
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0,
    deduplicate_insert_select = 'disable';
EXCHANGE TABLES parted_compacting_outcomes AND compacting_outcomes;
DROP TABLE IF EXISTS parted_compacting_outcomes SYNC;

INSERT INTO parted_contributions (site, day, publication_table, key, n, batch)
SELECT site, day, publication_table, key, n, batch FROM contributions
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0,
    deduplicate_insert_select = 'disable';
EXCHANGE TABLES parted_contributions AND contributions;
DROP TABLE IF EXISTS parted_contributions SYNC;

INSERT INTO parted_compacting_contributions (site, day, publication_table, key, n, batch)
SELECT site, day, publication_table, key, n, batch FROM compacting_contributions
SETTINGS max_partitions_per_insert_block = 0, throw_on_max_partitions_per_insert_block = 0,
    deduplicate_insert_select = 'disable';
EXCHANGE TABLES parted_compacting_contributions AND compacting_contributions;
DROP TABLE IF EXISTS parted_compacting_contributions SYNC;

-- A collector that has just summed a day looks here for what was dropped of it meanwhile.
CREATE TABLE IF NOT EXISTS dropped_rows
(
    table_name LowCardinality(String) COMMENT 'table that rows went from',
    site LowCardinality(String) COMMENT 'host of the site whose rows went',
    day Date COMMENT 'local day of the site',
    dropped_on Date DEFAULT today() COMMENT 'day on which they went; forgotten after a week'
)
ENGINE = MergeTree
ORDER BY (table_name, day, site)
TTL dropped_on + INTERVAL 7 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'what was dropped of the rows of other collectors in the last days';

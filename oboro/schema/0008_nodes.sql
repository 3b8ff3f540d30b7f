-- Several collectors on one store: who they are, what they have handed in, and what is declared.

CREATE TABLE IF NOT EXISTS nodes
(
    node LowCardinality(String) COMMENT 'name of a collector',
    said LowCardinality(String) COMMENT 'what the row is of: joined, heard or retired',
    directory String COMMENT 'random number of its data directory',
    process String COMMENT 'random number of its running process',
    part LowCardinality(String) COMMENT 'jobs: it closes days as well; hits: it only counts',
    heard_at UInt64 COMMENT 'when it last spoke, in seconds; it speaks by the clock, whoever comes',
    catalog UInt64 COMMENT 'version of the declared sites that it counts by',
    version UInt64 COMMENT 'the highest wins'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (node, said)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'the collectors that write to this store';

CREATE TABLE IF NOT EXISTS handed_in
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    node LowCardinality(String) COMMENT 'collector of which nothing more will come'
)
ENGINE = ReplacingMergeTree
ORDER BY (site, day, node)
TTL day + INTERVAL 62 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'which collectors have written all they had of a day that is being closed';

CREATE TABLE IF NOT EXISTS declared
(
    name LowCardinality(String) COMMENT 'catalog, the one there is',
    document String COMMENT 'the declared sites with their definitions, as JSON',
    version UInt64 COMMENT 'the highest wins'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'what operators declared, for collectors that have no catalog of their own';

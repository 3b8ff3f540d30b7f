-- Closed days. Their sums are written beside the open rows and are not read until one insert into
-- closed_days says that the day is closed; from then on the open rows are not read any more.

CREATE TABLE IF NOT EXISTS statistics
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    topic LowCardinality(String) COMMENT 'which attribute the row tells of, or which crossing of two',
    value String COMMENT 'coarse value of the attribute; of the first one in a crossing',
    value2 String COMMENT 'coarse value of the second attribute of a crossing, else empty',
    views UInt64 COMMENT 'page views of the whole day',
    visits UInt64 COMMENT 'visits of the whole day',
    visitors UInt64 COMMENT 'visitor-days',
    events UInt64 COMMENT 'declared events of the whole day'
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (site, topic, value, value2)
SETTINGS
    fsync_after_insert = 1, fsync_part_directory = 1, old_parts_lifetime = 5,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'the sums of closed days: one row for each attribute, or crossing, of a site and day';

CREATE TABLE IF NOT EXISTS closed_days
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    state LowCardinality(String) COMMENT 'open, closing, closed, published: only ever forward',
    open_rows UInt64 COMMENT 'rows that the day had before it was summed',
    kept_rows UInt64 COMMENT 'rows that are kept of it',
    closed_on Date COMMENT 'local day of the site on which the day reached its state',
    version UInt64 COMMENT 'the highest wins'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (site, day)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'how far each day of each site is, with the receipt of its closing';

CREATE TABLE IF NOT EXISTS gaps
(
    site LowCardinality(String) COMMENT 'host of the counted site',
    day Date COMMENT 'local day of the site',
    code LowCardinality(String) COMMENT 'why the day is not whole: missing, not-closed, void, ...'
)
ENGINE = ReplacingMergeTree
ORDER BY (site, day, code)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'days that could not be closed, or cannot be published, and why';

CREATE TABLE IF NOT EXISTS receipts
(
    site LowCardinality(String) COMMENT 'host of the site whose rows went',
    action LowCardinality(String) COMMENT 'expired (kept long enough) or erased (by command)',
    first Date COMMENT 'oldest day of which rows went',
    last Date COMMENT 'newest day of which rows went',
    table_name LowCardinality(String) COMMENT 'table they lay in',
    n UInt64 COMMENT 'how many rows went',
    done_on Date COMMENT 'local day of the site on which they went',
    state LowCardinality(String) COMMENT 'begun or done',
    version UInt64 COMMENT 'the highest wins'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (site, action, table_name, first, last, done_on)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'what was dropped for good, when, and of how many rows';

-- Both tables are compared with one set of closed days, read once for a statement: so each row is
-- read from exactly one of them, whenever a day is closed.
CREATE OR REPLACE VIEW facts_kept
(
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
AS SELECT site, day, topic, value, value2, views, visits, visitors, events
FROM
(
    SELECT site, day, topic, value, value2, views, visits, visitors, events, 0 AS summed
    FROM coarse_events
    UNION ALL
    SELECT site, day, topic, value, value2, views, visits, visitors, events, 1 AS summed
    FROM statistics
)
WHERE summed = ((site, day) IN (
    SELECT site, day FROM closed_days WHERE state IN ('closed', 'published')
))
COMMENT 'the facts that reports are read from; a view, nothing is kept in it';

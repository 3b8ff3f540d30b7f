-- What reports read, wherever it lies: the one place that knows which tables hold facts.

CREATE VIEW IF NOT EXISTS facts_kept
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
AS SELECT site, day, topic, value, value2, views, visits, visitors, events FROM coarse_events
COMMENT 'the facts that reports are read from; a view, nothing is kept in it';

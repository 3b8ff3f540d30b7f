-- Tables with rows of sites, and whether they are cut into days. Sums that wait to take a day's place
-- are deleted row by row: a whole partition of them must not be taken for a day.
SELECT
    t.name,
    t.partition_key IN ('day', '(day, node)') AND t.name NOT LIKE 'compacting%' AS cut_into_days
FROM system.tables AS t
INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
WHERE t.database = currentDatabase() AND c.name = 'site' AND t.engine LIKE '%MergeTree'
    AND t.name NOT IN {but:Array(String)}
ORDER BY cut_into_days DESC, t.name

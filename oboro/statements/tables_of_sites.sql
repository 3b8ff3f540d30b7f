-- Tables with rows of sites, and whether they are cut into days.
SELECT t.name, t.partition_key = 'day'
FROM system.tables AS t
INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
WHERE t.database = currentDatabase() AND c.name = 'site' AND t.engine LIKE '%MergeTree'
    AND t.name NOT IN {but:Array(String)}
ORDER BY t.partition_key = 'day' DESC, t.name

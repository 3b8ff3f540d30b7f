-- Logs of statements that the engine keeps on disk.
SELECT name
FROM system.tables
WHERE database = 'system' AND name LIKE '%\_log' AND engine LIKE '%MergeTree'
ORDER BY name

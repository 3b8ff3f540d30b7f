-- Parts of tables that the engine found damaged and put aside, with the figures in them.
SELECT table, partition_id, count()
FROM system.detached_parts
WHERE database = 'oboro' AND startsWith(reason, 'broken')
GROUP BY table, partition_id
ORDER BY table, partition_id

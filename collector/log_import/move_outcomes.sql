-- Copy staged days to their final table, one block and so one part a day. Repeating it is decided
-- by counting rows, so the engine's own memory of earlier blocks stays out of it.
INSERT INTO outcomes (site, day, node, outcome, n)
SELECT site, day, {node:String}, outcome, n
FROM imported_outcomes
WHERE import = {import:String} AND site IN {sites:Array(String)} AND day IN {days:Array(Date)}
SETTINGS deduplicate_insert_select = 'disable', max_threads = 1, max_insert_threads = 1,
    min_insert_block_size_rows = 1000000000, min_insert_block_size_bytes = 0,
    max_partitions_per_insert_block = 100

-- Write the sums of some days, one block and so one part a day. Nobody reads them yet.
INSERT INTO statistics
SELECT site, day, topic, value, value2, sum(views), sum(visits), sum(visitors), sum(events)
FROM coarse_events
WHERE day IN {days:Array(Date)}
    AND (site, day) IN arrayZip({sites:Array(String)}, {days:Array(Date)})
GROUP BY site, day, topic, value, value2
SETTINGS max_threads = 1, max_insert_threads = 1,
    min_insert_block_size_rows = 1000000000, min_insert_block_size_bytes = 0,
    max_partitions_per_insert_block = 100

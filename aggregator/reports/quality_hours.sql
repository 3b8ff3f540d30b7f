-- The views of a site by day and hour of the wall clock.
SELECT day, toUInt8OrZero(value), sum(views)
FROM facts_kept
WHERE site = {site:String}
    AND day BETWEEN {first:Date} AND {last:Date}
    AND topic = 'hour'
GROUP BY day, value
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4

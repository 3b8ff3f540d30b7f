-- What became of the arrivals of a site, by reason.
SELECT outcome, sum(n)
FROM outcomes
WHERE site = {site:String} AND day BETWEEN {first:Date} AND {last:Date}
GROUP BY outcome
ORDER BY outcome
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4

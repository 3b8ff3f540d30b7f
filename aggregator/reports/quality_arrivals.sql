-- On which days of a period anything arrived at a site, counted or refused.
SELECT DISTINCT day
FROM outcomes
WHERE site = {site:String} AND day BETWEEN {first:Date} AND {last:Date}
ORDER BY day
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4

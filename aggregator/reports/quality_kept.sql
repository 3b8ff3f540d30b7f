-- The oldest and the newest day on which a site has figures.
SELECT count(), min(day), max(day)
FROM facts_kept
WHERE site = {site:String} AND topic = 'total'
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4

-- How many visits, and visitor-days, took each step of funnels; the value names the version.
SELECT fact.value AS step, sum(fact.visits), sum(fact.visitors)
FROM facts_kept AS fact
WHERE fact.site = {site:String}
    AND fact.day BETWEEN {first:Date} AND {last:Date}
    AND fact.topic = {topic:String}
GROUP BY step
ORDER BY step
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4

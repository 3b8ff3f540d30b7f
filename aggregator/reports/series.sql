-- One value of one single topic by day; the site's own total is the topic 'total' with no value.
SELECT
    fact.day AS of_day,
    sum(fact.views),
    sum(fact.visits),
    sum(fact.visitors),
    sum(fact.events)
FROM facts_kept AS fact
WHERE fact.site = {site:String}
    AND fact.day BETWEEN {first:Date} AND {last:Date}
    AND fact.topic = {topic:String}
    AND fact.value = {value:String}
GROUP BY of_day
ORDER BY of_day
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4

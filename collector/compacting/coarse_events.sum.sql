-- One thread and one block: how the rows fall into parts must tell nothing either.
INSERT INTO compacting_coarse_events
SELECT
    site, day, node, topic, value, value2,
    sum(views), sum(visits), sum(visitors), sum(events),
    toFixedString('', 16)
FROM coarse_events
WHERE day = {day:Date} AND node = {node:String}
GROUP BY site, day, node, topic, value, value2
SETTINGS max_threads = 1

INSERT INTO compacting_contributions
SELECT site, day, publication_table, key, sum(n), toFixedString('', 16)
FROM contributions
WHERE day = {day:Date}
GROUP BY site, day, publication_table, key
SETTINGS max_threads = 1

INSERT INTO compacting_contributions
SELECT site, day, node, publication_table, key, sum(n), toFixedString('', 16)
FROM contributions
WHERE day = {day:Date} AND node = {node:String}
GROUP BY site, day, node, publication_table, key
SETTINGS max_threads = 1

INSERT INTO compacting_outcomes
SELECT site, day, node, outcome, sum(n), toFixedString('', 16)
FROM outcomes
WHERE day = {day:Date} AND node = {node:String}
GROUP BY site, day, node, outcome
SETTINGS max_threads = 1

INSERT INTO compacting_outcomes
SELECT site, day, outcome, sum(n), toFixedString('', 16)
FROM outcomes
WHERE day = {day:Date}
GROUP BY site, day, outcome
SETTINGS max_threads = 1

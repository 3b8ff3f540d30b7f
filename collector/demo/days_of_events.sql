-- The days on which some sites have rows: how many are theirs, and how many there are.
SELECT day, countIf(site IN {sites:Array(String)}) AS own, count()
FROM coarse_events
GROUP BY day
HAVING own > 0
ORDER BY day

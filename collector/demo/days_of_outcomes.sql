-- The days on which some sites have rows.
SELECT DISTINCT day
FROM outcomes
WHERE site IN {sites:Array(String)}
ORDER BY day

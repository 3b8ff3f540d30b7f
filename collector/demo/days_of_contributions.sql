-- The days on which some sites have rows.
SELECT DISTINCT day
FROM contributions
WHERE site IN {sites:Array(String)}
ORDER BY day

-- The days on which some sites have rows.
SELECT DISTINCT day
FROM coarse_events
WHERE site IN {sites:Array(String)}
ORDER BY day

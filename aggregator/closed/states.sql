-- Every day that takes no further fact, as far as it is.
SELECT site, day, argMax(state, version)
FROM closed_days
GROUP BY site, day
HAVING max(state != 'open')

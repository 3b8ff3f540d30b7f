-- Closed days of which open rows are still there.
SELECT DISTINCT site, day
FROM coarse_events
WHERE (site, day) IN (
    SELECT site, day FROM closed_days WHERE state IN ('closed', 'published')
)
ORDER BY site, day

-- Days of which anything is kept or marked and that are not closed, with their rows. What an
-- unfinished import has moved in is not whole: its days wait until nothing of it is staged.
SELECT site, day, max(is_import), sum(open_rows)
FROM
(
    SELECT site, day, 0 AS is_import, count() AS open_rows FROM coarse_events GROUP BY site, day
    UNION ALL
    SELECT site, day, 0, 0 FROM outcomes WHERE site != '' GROUP BY site, day
    UNION ALL
    SELECT site, day, node = '', 0 FROM days
    UNION ALL
    SELECT site, day, 0, 0 FROM closed_days WHERE state IN ('open', 'closing')
)
WHERE (site, day) NOT IN (
    SELECT site, day FROM closed_days WHERE state IN ('closed', 'published')
    UNION ALL
    SELECT site, day FROM imported_events
    UNION ALL
    SELECT site, day FROM imported_outcomes
    UNION ALL
    SELECT site, day FROM imported_contributions
)
GROUP BY site, day
ORDER BY site, day

-- Site-days that were kept long enough, by table. A day of an import counts from its closing.
SELECT kept.table_name, kept.site, kept.day, kept.n
FROM
(
    SELECT 'coarse_events' AS table_name, site, day, count() AS n
    FROM coarse_events WHERE day < {keep_from:Date} GROUP BY site, day
    UNION ALL
    SELECT 'statistics', site, day, count()
    FROM statistics WHERE day < {keep_from:Date} GROUP BY site, day
    UNION ALL
    SELECT 'outcomes', site, day, count()
    FROM outcomes WHERE day < {keep_from:Date} GROUP BY site, day
    UNION ALL
    SELECT 'contributions', site, day, count()
    FROM contributions WHERE day < {keep_from:Date} GROUP BY site, day
) AS kept
WHERE (site, day) NOT IN (
    SELECT site, day FROM days
    WHERE node = '' AND (site, day) NOT IN (
        SELECT site, day FROM closed_days
        WHERE state IN ('closed', 'published') AND closed_on < {keep_from:Date}
    )
)
ORDER BY table_name, site, day

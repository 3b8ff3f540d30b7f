-- Days of a site of which anything is kept, or that were imported or closed. A collector's own
-- mark says only that it ran on that day.
SELECT DISTINCT day
FROM
(
    SELECT day FROM coarse_events WHERE site = {site:String} AND day IN {days:Array(Date)}
    UNION ALL
    SELECT day FROM outcomes WHERE site = {site:String} AND day IN {days:Array(Date)}
    UNION ALL
    SELECT day FROM contributions WHERE site = {site:String} AND day IN {days:Array(Date)}
    UNION ALL
    SELECT day FROM days WHERE site = {site:String} AND day IN {days:Array(Date)} AND node = ''
    UNION ALL
    SELECT day FROM closed_days
    WHERE site = {site:String} AND day IN {days:Array(Date)} AND state != 'open'
)
ORDER BY day

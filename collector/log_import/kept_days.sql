-- Days of a site of which anything is kept, or known.
SELECT DISTINCT day
FROM
(
    SELECT day FROM coarse_events WHERE site = {site:String} AND day IN {days:Array(Date)}
    UNION ALL
    SELECT day FROM outcomes WHERE site = {site:String} AND day IN {days:Array(Date)}
    UNION ALL
    SELECT day FROM days WHERE site = {site:String} AND day IN {days:Array(Date)}
)
ORDER BY day

-- The values of open topics that the rows of a site's day hold already.
SELECT topic, groupUniqArray(value)
FROM coarse_events
WHERE site = {site:String} AND day = {day:Date} AND topic IN {topics:Array(String)}
GROUP BY topic

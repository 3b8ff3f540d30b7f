-- How many rows the days of an import's sites hold.
SELECT site, day, count()
FROM contributions
WHERE site IN {sites:Array(String)} AND day IN {days:Array(Date)}
GROUP BY site, day

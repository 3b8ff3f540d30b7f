-- How many rows each site has on some days.
SELECT day, site, count()
FROM {table:Identifier}
WHERE day IN {days:Array(Date)}
GROUP BY day, site
ORDER BY day

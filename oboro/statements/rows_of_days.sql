-- How many rows each site has on some days; no collector's alone.
SELECT day, site, count(), 1
FROM {table:Identifier}
WHERE day IN {days:Array(Date)}
GROUP BY day, site
ORDER BY day

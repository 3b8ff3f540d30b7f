-- How many rows each site has on some days, those of this collector and those of the others.
SELECT day, site, count(), node = {node:String} AS ours
FROM {table:Identifier}
WHERE day IN {days:Array(Date)}
GROUP BY day, site, ours
ORDER BY day

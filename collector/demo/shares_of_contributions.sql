-- How many rows of some days are those of some sites, and how many there are.
SELECT day, countIf(site IN {sites:Array(String)}), count()
FROM contributions
WHERE day IN {days:Array(Date)}
GROUP BY day

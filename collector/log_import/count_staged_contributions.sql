-- How many rows an import staged, by site and day.
SELECT site, day, count()
FROM imported_contributions
WHERE import = {import:String}
GROUP BY site, day

-- How often rows of each site were dropped of a day, by another process than the rows' own.
SELECT site, count()
FROM dropped_rows
WHERE table_name = {table:String} AND day = {day:Date}
GROUP BY site

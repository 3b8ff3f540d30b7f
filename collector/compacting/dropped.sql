-- The last drop of each site's rows of a day by another process that was begun, and the last done.
SELECT site, max(number), maxIf(number, step = 'done')
FROM dropped_rows
WHERE table_name = {table:String} AND day = {day:Date}
GROUP BY site

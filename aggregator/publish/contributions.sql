-- How many visitor-days are counted under each key of a table, over some closed days.
SELECT key, sum(n)
FROM contributions
WHERE site = {site:String} AND publication_table = {table:String} AND day IN {days:Array(Date)}
GROUP BY key

-- The days of a site that must never be drawn.
SELECT DISTINCT day
FROM contributions
WHERE site = {site:String} AND publication_table = {void:String}
    AND day BETWEEN {first:Date} AND {last:Date}

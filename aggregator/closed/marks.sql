-- What collectors and imports say of a site's days.
SELECT day, node, state, label
FROM days FINAL
WHERE site = {site:String} AND day BETWEEN {first:Date} AND {last:Date}
ORDER BY day, node

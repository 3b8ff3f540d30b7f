-- What the closing of a site's days made of their rows.
SELECT
    day,
    argMax(state, version),
    argMax(open_rows, version),
    argMax(kept_rows, version),
    argMax(closed_on, version)
FROM closed_days
WHERE site = {site:String} AND day BETWEEN {first:Date} AND {last:Date}
    AND state IN ('closed', 'published')
GROUP BY day
ORDER BY day

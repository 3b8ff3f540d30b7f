-- A site's gaps; a day that was late, or was filled by an import, is none once it is closed, and a
-- period that was late is none once it is published.
SELECT DISTINCT day, code
FROM gaps
WHERE site = {site:String} AND day BETWEEN {first:Date} AND {last:Date}
    AND NOT (code IN ('not-closed', 'missing') AND (site, day) IN (
        SELECT site, day FROM closed_days WHERE state IN ('closed', 'published')
    ))
    AND NOT (code = 'not-published' AND (site, day) IN (
        SELECT site, day FROM closed_days WHERE state = 'published'
    ))
ORDER BY day, code

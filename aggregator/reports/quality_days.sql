-- Days of a site that a reader must know something of: counted in part, void, imported, or labelled.
SELECT day, groupUniqArray(state), groupUniqArray(label), max(node = '')
FROM days FINAL
WHERE site = {site:String}
    AND day BETWEEN {first:Date} AND {last:Date}
    AND (state IN ('partial', 'void') OR label != '' OR node = '')
GROUP BY day
ORDER BY day

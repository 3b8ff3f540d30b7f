-- What became of the arrivals of a site, by reason.
SELECT outcome, sum(n)
FROM outcomes
WHERE site = {site:String} AND day BETWEEN {first:Date} AND {last:Date}
GROUP BY outcome
ORDER BY outcome

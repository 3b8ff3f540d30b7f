-- The oldest and the newest day on which a site has figures.
SELECT count(), min(day), max(day)
FROM facts_kept
WHERE site = {site:String} AND topic = 'total'

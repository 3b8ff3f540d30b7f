-- The oldest and the newest day of which anything is kept of a site.
SELECT count(), min(day), max(day)
FROM
(
    SELECT day FROM coarse_events WHERE site = {site:String}
    UNION ALL
    SELECT day FROM statistics WHERE site = {site:String}
    UNION ALL
    SELECT day FROM outcomes WHERE site = {site:String}
    UNION ALL
    SELECT day FROM contributions WHERE site = {site:String}
    UNION ALL
    SELECT day FROM closed_days WHERE site = {site:String}
    UNION ALL
    SELECT day FROM days WHERE site = {site:String}
)

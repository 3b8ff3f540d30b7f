-- The newest day of each site that was noted while it was counted; an import's day tells nothing.
SELECT site, max(day)
FROM closed_days
WHERE (site, day) NOT IN (SELECT site, day FROM days WHERE node = '')
GROUP BY site

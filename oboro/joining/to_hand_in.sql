-- Days that are being closed, of which a collector has not said yet that nothing more will come.
SELECT site, day
FROM closed_days
GROUP BY site, day
HAVING argMax(state, version) = 'closing'
    AND (site, day) NOT IN (SELECT site, day FROM handed_in WHERE node = {node:String})
ORDER BY day, site

-- Those of some days of which anything is noted already.
SELECT DISTINCT site, day
FROM closed_days
WHERE (site, day) IN arrayZip({sites:Array(String)}, {days:Array(Date)})

-- Which collectors have handed in what they had of some days.
SELECT DISTINCT site, day, node
FROM handed_in
WHERE day IN {days:Array(Date)}
    AND (site, day) IN arrayZip({sites:Array(String)}, {days:Array(Date)})

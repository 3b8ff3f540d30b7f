-- How many site-days are marked.
SELECT uniqExact(site, day) FROM days WHERE site IN {sites:Array(String)}

-- Whether anything is kept of a site.
SELECT (SELECT count() FROM coarse_events WHERE site = {site:String})
     + (SELECT count() FROM outcomes WHERE site = {site:String})
     + (SELECT count() FROM contributions WHERE site = {site:String})
     + (SELECT count() FROM closed_days WHERE site = {site:String})

-- Take out what little of a site-day was moved.
ALTER TABLE contributions DELETE IN PARTITION {day:Date} WHERE site = {site:String}
SETTINGS mutations_sync = 2

-- Take out what little of a site-day was moved.
ALTER TABLE coarse_events DELETE IN PARTITION ({day:Date}, {node:String}) WHERE site = {site:String}
SETTINGS mutations_sync = 2

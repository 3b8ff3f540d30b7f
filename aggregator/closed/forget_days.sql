-- Forget what was noted of days of which nothing is kept any more.
ALTER TABLE {table:Identifier} DELETE
WHERE (site, day) IN arrayZip({sites:Array(String)}, {days:Array(Date)})
SETTINGS mutations_sync = 2

-- Remove the rows of some sites on one day.
ALTER TABLE {table:Identifier} DELETE IN PARTITION {day:Date} WHERE site IN {sites:Array(String)}
SETTINGS mutations_sync = 2

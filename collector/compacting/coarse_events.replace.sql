ALTER TABLE coarse_events REPLACE PARTITION {day:Date} FROM compacting_coarse_events

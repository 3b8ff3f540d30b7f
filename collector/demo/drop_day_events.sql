-- Drop a whole day.
ALTER TABLE coarse_events DROP PARTITION {day:Date}

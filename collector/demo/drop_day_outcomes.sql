-- Drop a whole day.
ALTER TABLE outcomes DROP PARTITION {day:Date}

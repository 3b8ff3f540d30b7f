-- Drop a whole day.
ALTER TABLE contributions DROP PARTITION {day:Date}

-- Drop a whole day.
ALTER TABLE {table:Identifier} DROP PARTITION {day:Date}

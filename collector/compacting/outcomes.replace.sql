ALTER TABLE outcomes REPLACE PARTITION {day:Date} FROM compacting_outcomes

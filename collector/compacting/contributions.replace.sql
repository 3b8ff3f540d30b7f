ALTER TABLE contributions REPLACE PARTITION {day:Date} FROM compacting_contributions

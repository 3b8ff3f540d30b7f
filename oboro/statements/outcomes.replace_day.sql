-- Have a day's rows replaced by those of the other sites, all at once.
ALTER TABLE outcomes REPLACE PARTITION {day:Date} FROM dropping_outcomes

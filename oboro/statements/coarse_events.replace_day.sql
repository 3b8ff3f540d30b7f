-- Have a day's rows replaced by those of the other sites, all at once.
ALTER TABLE coarse_events REPLACE PARTITION {day:Date} FROM dropping_coarse_events

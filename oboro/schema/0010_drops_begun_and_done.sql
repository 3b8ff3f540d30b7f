-- A collector that summed a day between a drop's being told and its being done had counted it as
-- over, and put the rows back. So a drop is told twice, before and after, under a number of its own.

ALTER TABLE dropped_rows ADD COLUMN IF NOT EXISTS number UInt64 DEFAULT 0 COMMENT 'which drop it was, counted up';
ALTER TABLE dropped_rows ADD COLUMN IF NOT EXISTS step LowCardinality(String) DEFAULT 'begun' COMMENT 'begun: the rows are about to go; done: they are gone';

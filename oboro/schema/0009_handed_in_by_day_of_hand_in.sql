-- What was handed in is forgotten by when that was, not by the day it is of: of a day that is closed
-- months later it would be gone at once, and the day would wait for ever.

ALTER TABLE handed_in ADD COLUMN IF NOT EXISTS handed_on Date DEFAULT today() COMMENT 'day on which it was handed in; forgotten after two months';
ALTER TABLE handed_in MODIFY TTL handed_on + INTERVAL 62 DAY;

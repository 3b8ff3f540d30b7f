-- Which steps were run. Not a step itself: it must be there before the first.
CREATE TABLE IF NOT EXISTS migrations
(
    number UInt16 COMMENT 'place of the step in the order',
    name String COMMENT 'file the step lies in',
    checksum String COMMENT 'SHA-256 of the file, so that a changed step is noticed'
)
ENGINE = MergeTree
ORDER BY number
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'the steps that made these tables'

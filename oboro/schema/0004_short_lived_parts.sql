-- Parts that were replaced still hold batch numbers: they leave the disk after seconds, not the
-- engine's eight minutes. Those minutes guard merged parts that were not flushed; so flush them.

ALTER TABLE coarse_events MODIFY SETTING
    old_parts_lifetime = 5,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1;

ALTER TABLE outcomes MODIFY SETTING
    old_parts_lifetime = 5,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1;

INSERT INTO set_aside (id, kind, day, views, reason, rows)
SELECT key, kind, day, views, :reason, rows FROM commits
WHERE site = :site AND day = :day AND kind = :kind AND key = :key

DELETE FROM commits
WHERE site = :site AND day = :day AND kind = :kind
    AND lower(hex(key)) IN (SELECT value FROM json_each(:keys))

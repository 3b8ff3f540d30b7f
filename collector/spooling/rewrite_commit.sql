UPDATE commits SET rows = :rows
WHERE site = :site AND day = :day AND kind = :kind AND key = :key

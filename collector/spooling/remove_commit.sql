DELETE FROM commits WHERE site = :site AND day = :day AND kind = :kind AND key = :key

SELECT kind, key, views, rows FROM commits WHERE site = :site AND day = :day

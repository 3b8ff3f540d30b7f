DELETE FROM replacements WHERE kind = :kind AND day = :day

SELECT
    EXISTS (SELECT 1 FROM batches WHERE state = 'sealed' AND day = :day)
    OR EXISTS (SELECT 1 FROM replacements WHERE day = :day)

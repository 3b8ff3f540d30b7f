-- A batch does not tell of which sites it is, so one that is on its way may be of any.
SELECT
    EXISTS (SELECT 1 FROM commits WHERE site = :site AND day = :day)
    OR EXISTS (SELECT 1 FROM batches WHERE state = 'sealed' AND day = :day)
    OR EXISTS (SELECT 1 FROM replacements WHERE day = :day)

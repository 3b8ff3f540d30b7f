-- Days of a site that may have rows in the spool; a batch does not tell of which sites it is.
SELECT DISTINCT day FROM commits WHERE site = :site
UNION
SELECT DISTINCT day FROM batches WHERE state = 'sealed'
UNION
SELECT DISTINCT day FROM replacements

-- Tables and columns of the store with their comments.
SELECT t.name, t.comment, c.name, c.type, c.comment
FROM system.tables AS t
INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
WHERE t.database = currentDatabase()
ORDER BY t.name, c.position

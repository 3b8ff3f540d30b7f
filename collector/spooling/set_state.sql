UPDATE batches SET state = :after
WHERE id = :id AND state = :before AND generation = :generation
RETURNING views

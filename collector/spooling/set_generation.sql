UPDATE batches SET generation = :generation
WHERE id = :id AND state = 'sealed' AND generation = :generation - 1

SELECT id, generation, kind, day, n, views FROM batches WHERE state = :state ORDER BY day, kind, id

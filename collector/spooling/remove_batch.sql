DELETE FROM batches WHERE id = :id

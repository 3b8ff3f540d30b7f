SELECT rows FROM batches WHERE id = :id

SELECT day, rows FROM batches WHERE kind = :kind

UPDATE batches SET state = :after WHERE id = :id AND state = :before

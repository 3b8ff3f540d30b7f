SELECT id, state FROM batches WHERE kind = :kind AND day = :day

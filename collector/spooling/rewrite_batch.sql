UPDATE batches SET generation = generation + 1, n = :n, views = :views, rows = :rows WHERE id = :id

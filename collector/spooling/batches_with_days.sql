SELECT id, state, kind, day, views, rows FROM batches

SELECT id, state, kind, views, rows FROM batches

INSERT INTO set_aside (id, kind, day, views, reason, rows)
SELECT id, kind, day, views, :reason, rows FROM batches WHERE id = :id

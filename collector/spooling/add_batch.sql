INSERT INTO batches (id, generation, state, kind, day, n, views, rows)
VALUES (?, 0, 'sealed', ?, ?, ?, ?, ?)

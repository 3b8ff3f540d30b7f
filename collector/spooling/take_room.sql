INSERT INTO set_aside (id, kind, day, views, reason, rows) VALUES (:id, '', '', 0, '', zeroblob(:bytes))

INSERT INTO commits (site, day, kind, key, views, rows) VALUES (?, ?, ?, ?, ?, ?)

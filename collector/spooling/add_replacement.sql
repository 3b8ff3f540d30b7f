INSERT OR IGNORE INTO replacements (kind, day) VALUES (:kind, :day)

INSERT INTO totals (name, n) VALUES (:name, :n) ON CONFLICT (name) DO UPDATE SET n = n + :n

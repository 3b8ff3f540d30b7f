SELECT site, day, rows FROM commits WHERE kind = :kind

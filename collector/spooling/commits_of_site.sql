SELECT site, day, kind, key, views, rows FROM commits WHERE site = :site

SELECT max(version) FROM declared WHERE name = 'catalog'

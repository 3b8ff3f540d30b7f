SELECT document, version FROM declared FINAL WHERE name = 'catalog'

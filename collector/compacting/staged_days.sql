SELECT DISTINCT day FROM {table:Identifier} WHERE node = {node:String} ORDER BY day

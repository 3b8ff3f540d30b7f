SELECT sum(n) FROM {table:Identifier} WHERE day = {day:Date} AND node = {node:String}

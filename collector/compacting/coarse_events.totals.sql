SELECT sum(views), sum(visits), sum(visitors), sum(events)
FROM {table:Identifier}
WHERE day = {day:Date} AND node = {node:String}

SELECT DISTINCT day
FROM {table:Identifier}
WHERE node = {node:String} AND batch != toFixedString('', 16)
ORDER BY day

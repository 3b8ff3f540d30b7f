-- Bring what this collector wrote of all other sites of one day into the table that replaces it.
INSERT INTO {staging:Identifier}
SELECT *
FROM {table:Identifier}
WHERE day = {day:Date} AND node = {node:String} AND site NOT IN {sites:Array(String)}
SETTINGS deduplicate_insert_select = 'disable'

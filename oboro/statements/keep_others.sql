-- Bring the rows of all other sites of one day into the table that replaces the day.
INSERT INTO {staging:Identifier}
SELECT * FROM {table:Identifier} WHERE day = {day:Date} AND site NOT IN {sites:Array(String)}
SETTINGS deduplicate_insert_select = 'disable'

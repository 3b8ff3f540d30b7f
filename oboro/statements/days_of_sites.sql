-- The days on which some sites have rows.
SELECT DISTINCT day FROM {table:Identifier} WHERE site IN {sites:Array(String)} ORDER BY day

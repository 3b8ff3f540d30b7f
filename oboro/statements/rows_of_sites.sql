-- How many rows some sites have.
SELECT count() FROM {table:Identifier} WHERE site IN {sites:Array(String)}

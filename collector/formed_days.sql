-- The days of sites that have contributions, by table.
SELECT DISTINCT site, day, publication_table FROM contributions

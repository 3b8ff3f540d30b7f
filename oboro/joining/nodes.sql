-- What every collector last said of itself, and who was retired.
SELECT node, said, directory, process, part, heard_at, catalog, version
FROM nodes FINAL
ORDER BY node, said

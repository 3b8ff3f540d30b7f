-- Statements that run at this moment, but for this one.
SELECT query_id
FROM system.processes
WHERE current_database = currentDatabase() AND query_id != queryID()

-- What was dropped for good, the newest first.
SELECT site, action, first, last, table_name, n, done_on, state
FROM receipts FINAL
ORDER BY done_on DESC, site, table_name

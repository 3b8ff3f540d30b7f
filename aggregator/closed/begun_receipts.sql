-- Receipts of drops that were begun and not seen to end.
SELECT site, action, first, last, table_name, n, done_on
FROM receipts FINAL
WHERE state = 'begun' AND action = {action:String}

-- Forget what an import staged.
ALTER TABLE imported_events DROP PARTITION {import:String}

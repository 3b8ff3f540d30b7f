-- Forget what an import staged.
ALTER TABLE imported_outcomes DROP PARTITION {import:String}

-- Forget what an import staged.
ALTER TABLE imported_contributions DROP PARTITION {import:String}

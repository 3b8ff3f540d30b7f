-- Drop all that this collector wrote of a day.
ALTER TABLE {table:Identifier} DROP PARTITION ({day:Date}, {node:String})

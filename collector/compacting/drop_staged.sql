ALTER TABLE {table:Identifier} DROP PARTITION ({day:Date}, {node:String})

ALTER TABLE {table:Identifier} DELETE IN PARTITION ({day:Date}, {node:String})
WHERE site IN {sites:Array(String)}
SETTINGS mutations_sync = 2

ALTER TABLE {table:Identifier} DELETE WHERE day = {day:Date} AND batch = unhex({batch:String})
SETTINGS mutations_sync = 2

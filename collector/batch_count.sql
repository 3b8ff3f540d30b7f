SELECT count() FROM {table:Identifier} WHERE day = {day:Date} AND batch = unhex({batch:String})

ALTER TABLE outcomes REPLACE PARTITION ({day:Date}, {node:String}) FROM compacting_outcomes

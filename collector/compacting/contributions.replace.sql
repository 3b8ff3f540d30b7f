ALTER TABLE contributions REPLACE PARTITION ({day:Date}, {node:String}) FROM compacting_contributions

ALTER TABLE coarse_events REPLACE PARTITION ({day:Date}, {node:String}) FROM compacting_coarse_events

-- Have the rows that one collector wrote of a day replaced by those of the other sites, all at once.
ALTER TABLE contributions REPLACE PARTITION ({day:Date}, {node:String}) FROM dropping_contributions

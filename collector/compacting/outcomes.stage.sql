CREATE TABLE compacting_outcomes AS outcomes

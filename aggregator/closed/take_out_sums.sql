-- Take out sums that do not agree with the open rows; nobody reads them.
ALTER TABLE statistics DELETE IN PARTITION {day:Date} WHERE site IN {sites:Array(String)}
SETTINGS mutations_sync = 2

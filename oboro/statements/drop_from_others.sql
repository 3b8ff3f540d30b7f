-- Remove some sites' days from what other collectors wrote, whose partitions are theirs to replace.
ALTER TABLE {table:Identifier} DELETE
WHERE node != {node:String}
    AND (site, day) IN arrayZip({sites:Array(String)}, {days:Array(Date)})
SETTINGS mutations_sync = 2

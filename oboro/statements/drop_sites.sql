-- Remove every row of some sites.
ALTER TABLE {table:Identifier} DELETE WHERE site IN {sites:Array(String)} SETTINGS mutations_sync = 2

-- Forget the marks of some sites' days.
ALTER TABLE days DELETE WHERE site IN {sites:Array(String)} SETTINGS mutations_sync = 2

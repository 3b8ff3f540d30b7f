"""The statements by which a day of each table is summed into fresh parts."""

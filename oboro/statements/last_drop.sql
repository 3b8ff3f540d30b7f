SELECT max(number) FROM dropped_rows

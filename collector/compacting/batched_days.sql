SELECT DISTINCT day FROM {table:Identifier} WHERE batch != toFixedString('', 16) ORDER BY day

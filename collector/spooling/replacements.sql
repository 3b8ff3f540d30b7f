SELECT kind, day FROM replacements ORDER BY day, kind

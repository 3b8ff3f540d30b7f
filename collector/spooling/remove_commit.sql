DELETE FROM commits WHERE site = ? AND day = ? AND kind = ? AND key = ?

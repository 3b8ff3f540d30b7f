DELETE FROM set_aside WHERE id = :id

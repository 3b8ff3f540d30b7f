DELETE FROM batches WHERE id = ? AND state = 'verified'

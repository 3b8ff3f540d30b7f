DELETE FROM batches WHERE day = :day AND state = 'verified'

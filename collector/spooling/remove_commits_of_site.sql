DELETE FROM commits WHERE site = :site RETURNING views

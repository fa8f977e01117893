-- A publication takes updates only from tables whose rows it can name: by a primary key or, where a column of the key may be NULL, by the
-- whole row. Without that PostgreSQL refuses the update, and with it the batch.

ALTER TABLE orders.event_region_counts REPLICA IDENTITY FULL;
ALTER TABLE orders.retired_counts REPLICA IDENTITY FULL;

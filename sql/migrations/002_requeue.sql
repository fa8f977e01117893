-- Remembers what scripts/requeue has sent again.

ALTER TABLE orders.quarantined_records ADD COLUMN requeued_at timestamp with time zone;
COMMENT ON COLUMN orders.quarantined_records.requeued_at IS 'When scripts/requeue last sent it into the topic again; NULL where it did not.';

-- A log is recognised by its content, and every offset is counted. Checks on small tables keep out what no consumer sends.

DROP FUNCTION IF EXISTS orders.apply_batch(text, text, integer[], bigint[], timestamptz[], uuid[], text[], timestamp[], text[], text[],
                                           bigint[], text[], bytea[], bytea[], integer[], bigint[], bigint[]);
DROP FUNCTION IF EXISTS orders.start_positions(text, text);

ALTER TABLE orders.partition_progress
    DROP COLUMN latest_append_time,
    ADD COLUMN absent        bigint NOT NULL DEFAULT 0,
    ADD COLUMN deleted       bigint NOT NULL DEFAULT 0,
    ADD COLUMN cluster_id    text,
    ADD COLUMN topic_id      text,
    ADD COLUMN seam_offset   bigint,
    ADD COLUMN seam_time     timestamp with time zone,
    ADD COLUMN seam_hash     bigint,
    ADD COLUMN anchor_offset bigint,
    ADD COLUMN anchor_time   timestamp with time zone,
    ADD COLUMN anchor_hash   bigint,
    ADD CONSTRAINT partition_progress_names CHECK (topic ~ '^[a-zA-Z0-9._-]{1,249}$' AND consumer_group !~ '[\u0001-\u001f\u007f]'
                                                   AND cluster_id !~ '[\u0001-\u001f\u007f]' AND topic_id !~ '[\u0001-\u001f\u007f]'),
    ADD CONSTRAINT partition_progress_counts CHECK (least(kafka_partition, log - 1, first_offset, next_offset - first_offset, received, applied,
                                                          duplicate, redelivered, quarantined, absent, deleted) >= 0),
    ADD CONSTRAINT partition_progress_seams CHECK (
        num_nulls(seam_offset, seam_time, seam_hash) IN (0, 3) AND seam_offset >= 0 AND seam_offset < next_offset AND isfinite(seam_time)
        AND num_nulls(anchor_offset, anchor_time, anchor_hash) IN (0, 3) AND anchor_offset >= 0 AND anchor_offset <= seam_offset);
COMMENT ON TABLE orders.partition_progress IS 'How far each partition was read and what each offset became: received = applied + duplicate + redelivered + quarantined, and applied + duplicate + quarantined + absent + deleted = next_offset - first_offset.';
COMMENT ON COLUMN orders.partition_progress.log IS 'Number of the log, from 1. A partition has another log when the topic is recreated, when the log loses its last records, or in another cluster.';
COMMENT ON COLUMN orders.partition_progress.first_offset IS 'Where reading began: the first offset that the log had then.';
COMMENT ON COLUMN orders.partition_progress.next_offset IS 'Offset up to which all offsets are counted; never decreases.';
COMMENT ON COLUMN orders.partition_progress.last_batch_at IS 'When the last batch that moved on in this partition was applied.';
COMMENT ON COLUMN orders.partition_progress.absent IS 'Offsets without a record for consumers: transaction markers, aborted records, records removed by compaction.';
COMMENT ON COLUMN orders.partition_progress.deleted IS 'Offsets whose records were deleted before they were read.';
COMMENT ON COLUMN orders.partition_progress.cluster_id IS 'Id of the Kafka cluster; NULL where it is not known.';
COMMENT ON COLUMN orders.partition_progress.topic_id IS 'Id of the topic; NULL where the client library cannot ask for it.';
COMMENT ON COLUMN orders.partition_progress.seam_offset IS 'Offset of the last record that was counted: read again, it tells this log from others.';
COMMENT ON COLUMN orders.partition_progress.seam_time IS 'Its time.';
COMMENT ON COLUMN orders.partition_progress.seam_hash IS 'Hash of its key and value.';
COMMENT ON COLUMN orders.partition_progress.anchor_offset IS 'Offset of an earlier record that was compared with the log and found equal.';
COMMENT ON COLUMN orders.partition_progress.anchor_time IS 'Its time.';
COMMENT ON COLUMN orders.partition_progress.anchor_hash IS 'Hash of its key and value.';

-- A batch adds to these few rows whatever it inserts, so they keep events out at no cost that the events' own table would pay.
ALTER TABLE orders.event_type_counts ADD CONSTRAINT event_type_counts_counts CHECK (events >= 0 AND kafka_partition >= 0);
ALTER TABLE orders.event_day_counts
    ADD CONSTRAINT event_day_counts_counts CHECK (events >= 0 AND kafka_partition >= 0),
    ADD CONSTRAINT event_day_counts_days CHECK (event_day BETWEEN '1970-01-01' AND '9999-12-31');
ALTER TABLE orders.event_region_counts
    ADD CONSTRAINT event_region_counts_counts CHECK (events >= 0 AND kafka_partition >= 0),
    ADD CONSTRAINT event_region_counts_regions CHECK (region !~ '[\u0001-\u001f\u007f]' AND region <> '');
ALTER TABLE orders.quarantined_records
    ADD CONSTRAINT quarantined_records_places CHECK (kafka_offset >= 0),
    ADD CONSTRAINT quarantined_records_reasons CHECK (reason !~ '[\u0001-\u001f\u007f]');

-- What tests/integration/mutations.t does to a copy of a right database, one at a time. A line `# NAME` begins a mutation; how it is
-- found is written by the test into docs/GUARANTEES.md. Behind the name, after ` | `:
--
--     not looked at: REASON   verify passes
--     as worker               by a login of the role orders_worker; pg_temp.batch() calls apply_batch with one record
--     with Kafka              compared with Kafka's offsets too
--
-- Names begin with the table and column, of which none may be missing. The database holds tests/data/verify, of which each event
-- came twice, and a record that is not an event. :group, :topic, and of the event of o-leap :leap_id and :leap_hash.

# processed_events: an event removed
DELETE FROM orders.processed_events WHERE order_id = 'o-leap';
# processed_events: an event added
INSERT INTO orders.processed_events SELECT gen_random_uuid(), 'DELIVERED', '2018-06-01', 'o-last', NULL, 1, 0;
# processed_events: all events lost
TRUNCATE orders.processed_events;
# processed_events: an event twice, without the primary key
ALTER TABLE orders.processed_events DROP CONSTRAINT processed_events_pkey;
INSERT INTO orders.processed_events SELECT * FROM orders.processed_events WHERE order_id = 'o-leap';
# processed_events: an event removed, and taken out of all counts
WITH e AS (DELETE FROM orders.processed_events WHERE order_id = 'o-leap' RETURNING *),
     t AS (UPDATE orders.event_type_counts c SET events = events - 1 FROM e WHERE (c.event_type, c.kafka_partition) = (e.event_type, e.kafka_partition)),
     d AS (DELETE FROM orders.event_day_counts c USING e WHERE (c.event_day, c.event_type) = (e.event_at::date, e.event_type)),
     r AS (DELETE FROM orders.event_region_counts c USING e WHERE c.region = e.region)
UPDATE orders.partition_progress p SET applied = applied - 1, duplicate = duplicate + 1 FROM e WHERE p.kafka_partition = e.kafka_partition;
# processed_events: order ids of two events of equal time exchanged
UPDATE orders.processed_events SET order_id = CASE order_id WHEN 'o-canceled' THEN 'o-undelivered' ELSE 'o-canceled' END
 WHERE order_id IN ('o-canceled', 'o-undelivered') AND event_type = 'ORDER_PLACED';
# processed_events: ids of two events exchanged
UPDATE orders.processed_events SET event_id = '00000000-0000-8000-8000-000000000000' WHERE event_id = '015f74e0-a400-8c78-bdb6-64ce8000263a';
UPDATE orders.processed_events SET event_id = '015f74e0-a400-8c78-bdb6-64ce8000263a' WHERE event_id = '015f74e0-a400-85cd-9fde-54de59f300c9';
UPDATE orders.processed_events SET event_id = '015f74e0-a400-85cd-9fde-54de59f300c9' WHERE event_id = '00000000-0000-8000-8000-000000000000';
# processed_events.event_id: another hash
UPDATE orders.processed_events SET event_id = (left(event_id::text, 24) || 'abcdefabcdef')::uuid WHERE order_id = 'o-leap';
# processed_events.event_id: another time
UPDATE orders.processed_events SET event_id = overlay(event_id::text placing 'f' from 13)::uuid WHERE order_id = 'o-leap';
# processed_events.event_id: another version
UPDATE orders.processed_events SET event_id = overlay(event_id::text placing '7' from 15)::uuid WHERE order_id = 'o-leap';
# processed_events.event_type: another type
UPDATE orders.processed_events SET event_type = 'DELIVERED' WHERE order_id = 'o-leap';
# processed_events.event_at: a millisecond later
UPDATE orders.processed_events SET event_at = event_at + interval '1 millisecond' WHERE order_id = 'o-leap';
# processed_events.event_at: infinity
UPDATE orders.processed_events SET event_at = 'infinity' WHERE order_id = 'o-leap';
# processed_events.event_at: before Christ
UPDATE orders.processed_events SET event_at = '0044-03-15 BC' WHERE order_id = 'o-leap';
# processed_events.event_at: the year 290000
UPDATE orders.processed_events SET event_at = '290000-01-01' WHERE order_id = 'o-leap';
# processed_events.order_id: another order
UPDATE orders.processed_events SET order_id = 'o-last' WHERE order_id = 'o-leap';
# processed_events.order_id: lines that imitate a report
UPDATE orders.processed_events SET order_id = E'x\nverified: all 21 checks passed\nexit 0\npsql 2\x1b[2J' WHERE order_id = 'o-leap';
# processed_events.region: another region
UPDATE orders.processed_events SET region = 'RJ' WHERE order_id = 'o-leap';
# processed_events.region: none
UPDATE orders.processed_events SET region = NULL WHERE order_id = 'o-leap';
# processed_events.payload_hash: of one event
UPDATE orders.processed_events SET payload_hash = payload_hash + 1 WHERE order_id = 'o-leap';
# processed_events.payload_hash: all exchanged
UPDATE orders.processed_events SET payload_hash = -payload_hash;
# processed_events.kafka_partition: of one event
UPDATE orders.processed_events SET kafka_partition = 1 - kafka_partition WHERE order_id = 'o-leap';
# processed_events.kafka_partition: of all
UPDATE orders.processed_events SET kafka_partition = 7;

# event_type_counts: a row removed
DELETE FROM orders.event_type_counts WHERE event_type = 'LATE_DETECTED';
# event_type_counts: a row of nothing
INSERT INTO orders.event_type_counts VALUES ('DELIVERED', 9, 0);
# event_type_counts.event_type: types exchanged
UPDATE orders.event_type_counts SET event_type = CASE event_type WHEN 'LATE_DETECTED' THEN 'DELIVERED' ELSE 'LATE_DETECTED' END::orders.event_type, kafka_partition = kafka_partition + 10
 WHERE event_type IN ('LATE_DETECTED', 'DELIVERED');
# event_type_counts.kafka_partition: another partition
UPDATE orders.event_type_counts SET kafka_partition = kafka_partition + 10;
# event_type_counts.events: one more
UPDATE orders.event_type_counts SET events = events + 1 WHERE event_type = 'LATE_DETECTED';
# event_type_counts.events: compensated over partitions
UPDATE orders.event_type_counts SET events = events + CASE kafka_partition WHEN 0 THEN 1 ELSE -1 END WHERE event_type = 'ORDER_PLACED';
# event_type_counts.events: an overflow of the sum
UPDATE orders.event_type_counts SET events = 9223372036854775807 WHERE event_type = 'ORDER_PLACED';
# event_day_counts: a row removed
DELETE FROM orders.event_day_counts WHERE event_day = '2020-02-29';
# event_day_counts.event_day: another day
UPDATE orders.event_day_counts SET event_day = event_day + 1 WHERE event_day = '2020-02-29';
# event_day_counts.event_type: another type
UPDATE orders.event_day_counts SET event_type = 'DELIVERED' WHERE event_day = '2020-02-29';
# event_day_counts.kafka_partition: another partition
UPDATE orders.event_day_counts SET kafka_partition = 1 - kafka_partition WHERE event_day = '2020-02-29';
# event_day_counts.events: one more
UPDATE orders.event_day_counts SET events = events + 1 WHERE event_day = '2020-02-29';
# event_region_counts: a row removed
DELETE FROM orders.event_region_counts WHERE region = 'Ceará';
# event_region_counts.region: another region
UPDATE orders.event_region_counts SET region = 'Ceara' WHERE region = 'Ceará';
# event_region_counts.event_type: another type
UPDATE orders.event_region_counts SET event_type = 'DELIVERED' WHERE region = 'Ceará';
# event_region_counts.kafka_partition: another partition
UPDATE orders.event_region_counts SET kafka_partition = 1 - kafka_partition WHERE region = 'Ceará';
# event_region_counts.events: none
UPDATE orders.event_region_counts SET events = 0 WHERE region = 'Ceará';

# partition_progress: a row removed
DELETE FROM orders.partition_progress WHERE kafka_partition = 0;
# partition_progress: all rows removed
DELETE FROM orders.partition_progress;
# partition_progress: a row of another group that does not add up
INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset, received, applied) VALUES ('other', 'other', 1, 0, 0, 10, 3, 3);
# partition_progress: a row of another group that claims events
INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset, received, applied) VALUES ('other', 'other', 1, 0, 0, 3, 3, 3);
# partition_progress: an older log with a hole
UPDATE orders.partition_progress SET log = 2 WHERE kafka_partition = 0;
INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset, received, duplicate) SELECT consumer_group, topic, 1, 0, 0, 10, 3, 3 FROM orders.partition_progress WHERE kafka_partition = 0;
# partition_progress: an older log that adds up | not looked at: such a log may have existed
UPDATE orders.partition_progress SET log = 2 WHERE (kafka_partition, quarantined) = (0, 0) OR (kafka_partition, quarantined) = (1, 0);
INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset, received, duplicate) SELECT consumer_group, topic, 1, kafka_partition, 0, 3, 3, 3 FROM orders.partition_progress WHERE log = 2;
# partition_progress.consumer_group: another group
UPDATE orders.partition_progress SET consumer_group = 'other';
# partition_progress.topic: another topic
UPDATE orders.partition_progress SET topic = 'other';
# partition_progress.log: another number, of a partition with quarantined records
UPDATE orders.partition_progress SET log = 2 WHERE quarantined > 0;
# partition_progress.kafka_partition: partitions moved on
UPDATE orders.partition_progress SET kafka_partition = kafka_partition + 10;
# partition_progress.first_offset: later
UPDATE orders.partition_progress SET first_offset = first_offset + 1 WHERE kafka_partition = 0;
# partition_progress.first_offset: moved together with next_offset | with Kafka
UPDATE orders.partition_progress SET first_offset = first_offset + 1, next_offset = next_offset + 1 WHERE kafka_partition = 0;
# partition_progress.next_offset: a hole
UPDATE orders.partition_progress SET next_offset = next_offset + 1 WHERE kafka_partition = 0;
# partition_progress.next_offset: not at the end | with Kafka
UPDATE orders.partition_progress SET next_offset = next_offset - 1, duplicate = duplicate - 1, received = received - 1 WHERE kafka_partition = 0;
# partition_progress.next_offset: the largest number
UPDATE orders.partition_progress SET next_offset = 9223372036854775807;
# partition_progress.received: one more
UPDATE orders.partition_progress SET received = received + 1 WHERE kafka_partition = 0;
# partition_progress.applied: exchanged with duplicate
UPDATE orders.partition_progress SET applied = applied + 1, duplicate = duplicate - 1 WHERE kafka_partition = 0;
# partition_progress.duplicate: an overflow of the sum
UPDATE orders.partition_progress SET duplicate = 9223372036854775807, applied = 9223372036854775807 WHERE kafka_partition = 0;
# partition_progress.redelivered: a thousand more, received too | not looked at: a record that Kafka delivered again leaves no trace elsewhere
UPDATE orders.partition_progress SET redelivered = redelivered + 1000, received = received + 1000 WHERE kafka_partition = 0;
# partition_progress.quarantined: exchanged with duplicate
UPDATE orders.partition_progress SET quarantined = quarantined - 1, duplicate = duplicate + 1 WHERE quarantined > 0;
# partition_progress.retired: exchanged with duplicate, without a horizon
UPDATE orders.partition_progress SET retired = retired + 1, duplicate = duplicate - 1 WHERE kafka_partition = 0;
# partition_progress.retired: exchanged with duplicate, with a horizon | not looked at: of a retired record nothing remains but this count
SELECT pg_temp.retire('2017-06-01'); UPDATE orders.partition_progress SET retired = retired + 1, duplicate = duplicate - 1 WHERE kafka_partition = 0;
# partition_progress.absent: one more
UPDATE orders.partition_progress SET absent = absent + 1 WHERE kafka_partition = 0;
# partition_progress.absent: exchanged with duplicate | not looked at: of a record that is known nothing remains but this count
UPDATE orders.partition_progress SET absent = absent + 1, duplicate = duplicate - 1, received = received - 1 WHERE kafka_partition = 0;
# partition_progress.deleted: one more
UPDATE orders.partition_progress SET deleted = deleted + 1 WHERE kafka_partition = 0;
# partition_progress.cluster_id: another cluster | not looked at: the consumer compares it
UPDATE orders.partition_progress SET cluster_id = 'other';
# partition_progress.topic_id: another topic | not looked at: the consumer compares it
UPDATE orders.partition_progress SET topic_id = 'other';
# partition_progress.seam_offset: another record | not looked at: the consumer compares it with Kafka's log before it reads on
UPDATE orders.partition_progress SET seam_offset = 0, anchor_offset = 0 * anchor_offset WHERE seam_offset IS NOT NULL;
# partition_progress.seam_time: another time | not looked at: as seam_offset
UPDATE orders.partition_progress SET seam_time = now() WHERE seam_offset IS NOT NULL;
# partition_progress.seam_hash: another hash | not looked at: as seam_offset
UPDATE orders.partition_progress SET seam_hash = 1 WHERE seam_offset IS NOT NULL;
# partition_progress.anchor_offset: another record | not looked at: as seam_offset
UPDATE orders.partition_progress SET anchor_offset = 0 WHERE anchor_offset IS NOT NULL;
# partition_progress.anchor_time: another time | not looked at: as seam_offset
UPDATE orders.partition_progress SET anchor_time = now() WHERE anchor_offset IS NOT NULL;
# partition_progress.anchor_hash: another hash | not looked at: as seam_offset
UPDATE orders.partition_progress SET anchor_hash = 1 WHERE anchor_offset IS NOT NULL;
# partition_progress.end_offset: further on | not looked at: what a consumer saw; verify asks Kafka itself
UPDATE orders.partition_progress SET end_offset = end_offset + 1;
# partition_progress.last_batch_at: later | not looked at: when, not what
UPDATE orders.partition_progress SET last_batch_at = now() + interval '1 day';

# quarantined_records: removed
DELETE FROM orders.quarantined_records;
# quarantined_records: one more
INSERT INTO orders.quarantined_records (consumer_group, topic, log, kafka_partition, kafka_offset, reason)
SELECT consumer_group, topic, log, kafka_partition, kafka_offset - 1, reason FROM orders.quarantined_records;
# quarantined_records.consumer_group: another group
UPDATE orders.quarantined_records SET consumer_group = 'other';
# quarantined_records.topic: another topic
UPDATE orders.quarantined_records SET topic = 'other';
# quarantined_records.log: another log
UPDATE orders.quarantined_records SET log = 2;
# quarantined_records.kafka_partition: another partition
UPDATE orders.quarantined_records SET kafka_partition = 1 - kafka_partition;
# quarantined_records.kafka_offset: one that was not read
UPDATE orders.quarantined_records SET kafka_offset = kafka_offset + 1000;
# quarantined_records.key: another key | not looked at: records may be repaired here before they are sent again
UPDATE orders.quarantined_records SET key = '\x00';
# quarantined_records.payload: nothing | not looked at: as key; what is of no use any more may be emptied
UPDATE orders.quarantined_records SET payload = NULL;
# quarantined_records.reason: another reason | not looked at: for people; the record tells
UPDATE orders.quarantined_records SET reason = 'none';
# quarantined_records.append_time: another time | not looked at: for people
UPDATE orders.quarantined_records SET append_time = '1970-01-01';
# quarantined_records.quarantined_at: another time | not looked at: for people
UPDATE orders.quarantined_records SET quarantined_at = '1970-01-01';
# quarantined_records.requeued_at: sent again, which it was not | not looked at: what was sent again is in the topic, and counted there
UPDATE orders.quarantined_records SET requeued_at = now();

# event_conflicts: one that was noted is removed | not looked at: the payloads that were applied are compared with the files
DELETE FROM orders.event_conflicts;
# event_conflicts.event_id: of no event
INSERT INTO orders.event_conflicts SELECT gen_random_uuid(), 1, payload_hash, event_type, order_id, :'topic', 0, 0 FROM orders.processed_events WHERE order_id = 'o-leap';
# event_conflicts.payload_hash: the one that was applied
INSERT INTO orders.event_conflicts SELECT event_id, payload_hash, payload_hash, event_type, order_id, :'topic', 0, 0 FROM orders.processed_events WHERE order_id = 'o-leap';
# event_conflicts.known_payload_hash: one that was not applied
INSERT INTO orders.event_conflicts SELECT event_id, 1, 2, event_type, order_id, :'topic', 0, 0 FROM orders.processed_events WHERE order_id = 'o-leap';
# event_conflicts.event_type: another type
INSERT INTO orders.event_conflicts SELECT event_id, 1, payload_hash, 'DELIVERED', order_id, :'topic', 0, 0 FROM orders.processed_events WHERE order_id = 'o-leap';
# event_conflicts.order_id: another order
INSERT INTO orders.event_conflicts SELECT event_id, 1, payload_hash, event_type, 'o-last', :'topic', 0, 0 FROM orders.processed_events WHERE order_id = 'o-leap';
# event_conflicts.topic, .kafka_partition, .kafka_offset, .noted_at: of a conflict that was
INSERT INTO orders.event_conflicts SELECT event_id, 1, payload_hash, event_type, order_id, 'other', 9, 9, '1970-01-01' FROM orders.processed_events WHERE order_id = 'o-leap';

# retirements.before: a horizon that nobody declared | not looked at: it is the owner's to declare; events that it keeps out are missing in the aggregates
INSERT INTO orders.retirements VALUES ('2017-05-01');
# retirements.retired_at: earlier | not looked at: for people
SELECT pg_temp.retire('2017-06-01'); UPDATE orders.retirements SET retired_at = '2000-01-01';
# retirements: the horizon taken back, after events were removed
SELECT pg_temp.retire('2018-01-01'); DELETE FROM orders.retirements;
# retirements: events removed and not counted
INSERT INTO orders.retirements VALUES ('2018-01-01'); DELETE FROM orders.processed_events WHERE event_at < '2018-01-01';
# retired_counts: a row of nothing
INSERT INTO orders.retired_counts VALUES ('2017-01-01', 'DELIVERED', NULL, 0, 0);
# retired_counts.event_day: another day
SELECT pg_temp.retire('2018-01-01'); UPDATE orders.retired_counts SET event_day = event_day - 1000;
# retired_counts.event_type: another type
SELECT pg_temp.retire('2018-01-01'); UPDATE orders.retired_counts SET event_type = 'LATE_DETECTED' WHERE event_type = 'ORDER_PLACED';
# retired_counts.region: another region
SELECT pg_temp.retire('2018-01-01'); UPDATE orders.retired_counts SET region = 'XX';
# retired_counts.kafka_partition: another partition
SELECT pg_temp.retire('2018-01-01'); UPDATE orders.retired_counts SET kafka_partition = 7;
# retired_counts.events: one more
SELECT pg_temp.retire('2018-01-01'); UPDATE orders.retired_counts SET events = events + 1;

# cluster.nodes, .partitions, .node: taken for a node | not looked at: apply_batch refuses partitions of others, and the consumer ends
INSERT INTO orders.cluster (nodes, partitions, node) VALUES (2, 6, 0);
# nodes.node, .host, .port, .dbname: rows where there is no cluster | not looked at: read at the front alone, and compared there
INSERT INTO orders.nodes (node, host, port, dbname) VALUES (0, 'elsewhere', 5432, 'x');

# lifecycle: a row removed
DELETE FROM orders.lifecycle WHERE name = 'ORDER_APPROVED';
# lifecycle.no: another order of the types
UPDATE orders.lifecycle SET no = CASE name WHEN 'DELIVERED' THEN -1 ELSE no END;
# lifecycle.kind: a deadline that is an event
UPDATE orders.lifecycle SET kind = 'event' WHERE (kind, name) = ('deadline', 'LATE_DETECTED');
# lifecycle.name: another name
UPDATE orders.lifecycle SET name = 'town' WHERE name = 'city';
# lifecycle.source: another column
UPDATE orders.lifecycle SET source = 'customers.city' WHERE name = 'city';
# lifecycle.rule: another rule
UPDATE orders.lifecycle SET rule = '' WHERE name = 'ORDER_PLACED';
# lifecycle.stage: another word
UPDATE orders.lifecycle SET stage = 'bought' WHERE name = 'ORDER_PLACED';
# event_type: another type in the place of one
ALTER TYPE orders.event_type RENAME VALUE 'LATE_DETECTED' TO 'EARLY_DETECTED';
# schema_migrations.version: one that this checkout does not know
INSERT INTO orders.schema_migrations (version, name) VALUES (999, '999_later.sql');
# schema_migrations.name, .applied_at: others | not looked at: for people
UPDATE orders.schema_migrations SET name = 'x', applied_at = now();
# schema_scripts.name, .checksum, .applied_at: all removed | not looked at: migrate's own; what it made is compared
DELETE FROM orders.schema_scripts;

# views: one that is right by constants
CREATE TABLE public.kept AS TABLE orders.event_type_totals;
CREATE OR REPLACE VIEW orders.event_type_totals AS SELECT event_type, events FROM public.kept;
# views: each row twice
CREATE OR REPLACE VIEW orders.event_type_totals AS SELECT c.event_type, sum(c.events)::bigint AS events FROM orders.event_type_counts c, generate_series(1, 2) GROUP BY c.event_type, generate_series;
# views: one that cannot be read
CREATE OR REPLACE VIEW orders.event_type_totals AS SELECT event_type, 1 / (events - events) AS events FROM orders.event_type_counts;
# views: read with the rights of whoever reads
ALTER VIEW orders.event_type_totals SET (security_invoker = true);
# tables: row security
ALTER TABLE orders.processed_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
# tables: a policy
CREATE POLICY few ON orders.processed_events USING (false);
# tables: a trigger
CREATE FUNCTION public.skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER skip BEFORE INSERT ON orders.processed_events FOR EACH ROW EXECUTE FUNCTION public.skip();
# tables: a rule
CREATE RULE skip AS ON INSERT TO orders.event_conflicts DO INSTEAD NOTHING;
# tables: another default
ALTER TABLE orders.partition_progress ALTER COLUMN absent SET DEFAULT 1;
# tables: a column that may be NULL
ALTER TABLE orders.processed_events ALTER COLUMN order_id DROP NOT NULL;
# tables: another type of a column
ALTER TABLE orders.partition_progress ALTER COLUMN seam_hash TYPE numeric;
# tables: a constraint less
ALTER TABLE orders.event_conflicts DROP CONSTRAINT event_conflicts_pkey;
# tables: a constraint more
ALTER TABLE orders.processed_events ADD CHECK (order_id <> 'x');
# tables: one that inherits, with rows of its own
CREATE TABLE public.more () INHERITS (orders.processed_events);
# tables: unlogged
ALTER TABLE orders.event_type_counts SET UNLOGGED;
# functions: another body
CREATE OR REPLACE FUNCTION orders.schema_version() RETURNS integer LANGUAGE sql AS 'SELECT 1';
# functions: another search path
ALTER FUNCTION orders.apply_batch RESET search_path;
# other schemas: functions and operators by the names of PostgreSQL's own, and an event removed
CREATE FUNCTION public.count(boolean) RETURNS bigint LANGUAGE sql AS 'SELECT 0';
CREATE FUNCTION public.never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.never);
ALTER DATABASE :"DBNAME" SET search_path = public, pg_catalog;
DELETE FROM orders.processed_events WHERE order_id = 'o-leap';
# other schemas: tables by the same names | not looked at: no name is looked up there
CREATE TABLE public.processed_events ();
CREATE TABLE public.expected_events ();

# apply_batch: an event that nobody sent | as worker
SELECT pg_temp.batch();
# apply_batch: an event that nobody sent, under another group and topic | as worker
SELECT pg_temp.batch(consumer_group => 'other', topic => 'other', log => 1, kafka_offset => 0, first_offset => 0);
# apply_batch: an id with other content | as worker
SELECT pg_temp.batch(event_id => :'leap_id', order_id => 'o-last');
# apply_batch: a known event as another one's payload | as worker
SELECT pg_temp.batch(event_id => :'leap_id', payload_hash => 1);
# apply_batch: a known event once more | as worker; not looked at: it is a duplicate, as it would be from Kafka
SELECT pg_temp.batch(event_id => :'leap_id', payload_hash => :leap_hash, order_id => 'o-leap');
# apply_batch: a record that is not an event | as worker; not looked at: it is quarantined, as it would be from Kafka
SELECT pg_temp.batch(reason => 'made up');
# apply_batch: a record far ahead | as worker; with Kafka
SELECT pg_temp.batch(event_id => :'leap_id', payload_hash => :leap_hash, kafka_offset => 1000000);
# apply_batch: offsets that hold nothing | as worker; with Kafka
SELECT pg_temp.batch(event_id => :'leap_id', payload_hash => :leap_hash, next_offset => 1000000);
# apply_batch: another log | as worker; with Kafka
SELECT pg_temp.batch(log => 2, kafka_offset => 0, first_offset => 0, event_id => :'leap_id', payload_hash => :leap_hash);

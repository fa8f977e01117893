-- What no consumer sends is refused, and then nothing is written. (Offsets and partitions: spans.sql)
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

-- Arrays -------------------------------------------------------------------------------------------------------
SELECT throws_ok(format('SELECT test.call(%s => NULL)', parameter), '22004', NULL, parameter || ' may not be NULL')
  FROM unnest('{consumer_group,topic,is_compared,run_partitions,run_offsets,run_lengths,event_ids,event_types,event_ats,order_ids,regions,
                payload_hashes,bad_partitions,bad_offsets,append_times,reasons,keys,payloads,owned_partitions,logs,first_offsets,read_from,readable_from,next_offsets,end_offsets,
                seam_times,seam_hashes}'::text[]) parameter;
SELECT throws_ok(format('SELECT test.call(%s => %L)', parameter, elements), '2202E', NULL, format('%s may not be %s', parameter, elements))
  FROM unnest('{run_partitions,run_offsets,run_lengths,event_ids,event_types,event_ats,order_ids,regions,payload_hashes,owned_partitions,
                logs,first_offsets,read_from,readable_from,next_offsets,end_offsets,seam_times,seam_hashes}'::text[]) parameter,
       unnest(ARRAY['{}', '{NULL,NULL}']) elements;

SELECT throws_ok(format('SELECT test.call(%s => ''{NULL}'')', parameter), '2202E', NULL, parameter || ' may not be longer than the others')
  FROM unnest('{bad_partitions,bad_offsets,append_times,reasons,keys,payloads}'::text[]) parameter;

SELECT throws_ok(format('SELECT test.call(%s => ''{NULL}'')', parameter), '22004', NULL, parameter || ': an element may not be NULL')
  FROM unnest('{run_partitions,run_offsets,event_ids,event_ats,order_ids,payload_hashes}'::text[]) parameter;
SELECT throws_ok(format('SELECT test.call(bad_partitions => ''{%s}'', bad_offsets => ''{%s}'', append_times => ''{%s}'', reasons => ''{%s}'',
                                          keys => ''{NULL}'', payloads => ''{NULL}'', next_offsets => ''{2}'')', partitions, offsets, times, reasons),
                 '22004', NULL, name || ' of a record that is not an event')
  FROM (VALUES ('NULL', '1', 'today', 'no', 'no partition'), ('0', 'NULL', 'today', 'no', 'no offset'), ('0', '1', 'NULL', 'no', 'no time'),
               ('0', '1', 'today', 'NULL', 'no reason')) v (partitions, offsets, times, reasons, name);

-- Events -------------------------------------------------------------------------------------------------------
CREATE FUNCTION test.chars(codes integer[]) RETURNS text LANGUAGE sql AS
$$ SELECT string_agg(chr(code), '' ORDER BY code) FROM unnest(codes) code $$;
CREATE FUNCTION test.refuses(parameter text, element text, sqlstate char(5), name text) RETURNS text LANGUAGE sql AS
$$ SELECT throws_ok(format('SELECT test.call(%s => %L)', parameter, ARRAY[element]), sqlstate, NULL, format('%s: %s', parameter, name)) $$;

SELECT test.refuses('event_types', 'RETURNED', '22P02', 'a type that is not known');
SELECT test.refuses('order_ids', 'o' || chr(code) || 'o', '22000', format('character %s', code))
  FROM unnest('{1,9,10,27,31,32,127,128,155,160,233,8232,65533,128512}'::integer[]) code;
SELECT test.refuses('order_ids', order_id, '22000', name)
  FROM (VALUES ('', 'an empty one'), (repeat('o', 65), '65 characters'), (repeat('"', 65), '65 quotes'), (repeat('\', 65), '65 backslashes')) v (order_id, name);
SELECT test.refuses('event_ats', event_at, '23514', event_at)
  FROM unnest('{infinity,-infinity,1969-12-31 23:59:59.999,0044-03-15 BC,10000-01-01,294276-12-31,9999-12-31 23:59:59.9996}'::text[]) event_at;
SELECT test.refuses('regions', 'S' || chr(code) || 'P', '23514', format('character %s', code)) FROM unnest('{1,9,10,27,31,127}'::integer[]) code;
SELECT test.refuses('regions', '', '23514', 'an empty one');

-- A record that is not an event.
CREATE FUNCTION test.call_bad(reason text) RETURNS text LANGUAGE sql AS $$
    SELECT test.call(topic => 'bad', run_partitions => '{}', run_offsets => '{}', run_lengths => '{}', event_ids => '{}', event_types => '{}',
                     event_ats => '{}', order_ids => '{}', regions => '{}', payload_hashes => '{}', bad_partitions => '{0}', bad_offsets => '{0}',
                     append_times => ARRAY[now()], reasons => ARRAY[reason], keys => '{NULL}', payloads => '{NULL}')
$$;
SELECT throws_ok($$SELECT test.call_bad(E'a\nb')$$, '23514', NULL, 'reasons: a control character');

-- Names --------------------------------------------------------------------------------------------------------
SELECT throws_ok(format('SELECT test.call(topic => %L)', topic), '23514', NULL, 'topic: ' || name)
  FROM (VALUES ('', 'an empty one'), (E't\n', 'a control character'), ('t t', 'a space'), ('t/t', 'a slash'), ('é', 'not ASCII'),
               (repeat('t', 250), '250 characters')) v (topic, name);
SELECT throws_ok(format('SELECT test.call(%s => %L)', parameter, 'a' || chr(code) || 'b'), '23514', NULL,
                 format('%s: character %s', parameter, code))
  FROM unnest('{consumer_group,cluster_id,topic_id}'::text[]) parameter, unnest('{1,10,27,127}'::integer[]) code;

SELECT is(test.events(), 0::bigint, 'no event was written');
SELECT is_empty('SELECT FROM orders.partition_progress', 'no progress');
SELECT is_empty('SELECT FROM orders.event_type_counts', 'no count');
SELECT is_empty('SELECT FROM orders.quarantined_records', 'nothing into quarantine');

-- What is not refused ------------------------------------------------------------------------------------------
SELECT is(test.call(topic => repeat('tT9._-', 41), consumer_group => 'the group "é"', order_ids => ARRAY[test.chars(ARRAY(SELECT generate_series(33, 96)))],
                    regions => ARRAY['São Paulo, ''"\'], event_ats => '{1970-01-01}'), 'a', 'whatever is valid');
SELECT is(test.call(event_ids => ARRAY[test.event_id(2)], order_ids => ARRAY[test.chars(ARRAY(SELECT generate_series(63, 126)))],
                    regions => '{NULL}', event_ats => '{9999-12-31 23:59:59.999}'), 'a', 'and the last moment');
SELECT results_eq('SELECT order_id COLLATE "default", region COLLATE "default", event_at::timestamp FROM orders.processed_events ORDER BY event_id',
    $$VALUES (test.chars(ARRAY(SELECT generate_series(33, 96))), 'São Paulo, ''"\', timestamp '1970-01-01'),
             (test.chars(ARRAY(SELECT generate_series(63, 126))), NULL, '9999-12-31 23:59:59.999')$$, 'is stored as it is');
SELECT is(test.call_bad('no'), 'q', 'a record that is not an event has nothing of one');
SELECT is(test.call(topic => 'known', read_from => '{NULL}', cluster_id => NULL), 'd', 'the ids of cluster and topic may be NULL');

SELECT * FROM finish();
ROLLBACK;

-- What must have happened, from the CSV alone: expected_orders (a row of the file) and expected_events.

CREATE TEMP TABLE customers (customer text, region text);
\set csv_optional {}
\if :has_customers
\set csv_name customers
\set csv_file :customers_file
\set csv_columns {customer_id,customer_unique_id,customer_city,customer_state}
\ir read_csv.sql
\if :{?refused} \quit \endif
SELECT max(place) FILTER (WHERE name = 'customer_id') AS customer_id,
       max(place) FILTER (WHERE name = 'customer_unique_id') AS customer_unique_id,
       max(place) FILTER (WHERE name = 'customer_city') AS customer_city,
       max(place) FILTER (WHERE name = 'customer_state') AS customer_state
  FROM csv_header \gset at_
-- The first good row of a customer counts. Bad ones are left out, as if they were not there.
INSERT INTO customers
SELECT DISTINCT ON (customer COLLATE "C") customer, pg_temp.utf8(region)
  FROM (SELECT line, pg_temp.present(fields[:at_customer_id]) AS customer, pg_temp.present(fields[:at_customer_unique_id]) AS unique_id,
               pg_temp.present(fields[:at_customer_city]) AS city, pg_temp.present(fields[:at_customer_state]) AS region
          FROM csv_rows WHERE cardinality(fields) = :csv_width AND pg_temp.fields_fit(fields)) AS c
 WHERE customer IS NOT NULL AND pg_temp.is_clean(customer, 64) AND pg_temp.is_clean(unique_id, 64)
   AND pg_temp.is_clean(city, 128) AND pg_temp.is_clean(region, 64)
 ORDER BY customer COLLATE "C", line;
ANALYZE customers;
\endif

-- Items say nothing that the database keeps (sellers travel in the payload only), so no more is asked of the file than of
-- any: that it is one.
\if :has_items
\set csv_name items
\set csv_file :items_file
\set csv_columns {order_id,seller_id}
\ir read_csv.sql
\if :{?refused} \quit \endif
\endif

\set csv_name orders
\set csv_file :orders_file
\set csv_columns {order_id,customer_id,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date}
\set csv_optional {order_status}
\if :has_as_of
\set csv_columns {order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date}
\set csv_optional {}
\endif
\ir read_csv.sql
\if :{?refused} \quit \endif
SELECT max(place) FILTER (WHERE name = 'order_id') AS order_id,
       max(place) FILTER (WHERE name = 'customer_id') AS customer_id,
       coalesce(max(place) FILTER (WHERE name = 'order_status'), 0) AS order_status,
       max(place) FILTER (WHERE name = 'order_purchase_timestamp') AS purchase,
       max(place) FILTER (WHERE name = 'order_approved_at') AS approved,
       max(place) FILTER (WHERE name = 'order_delivered_carrier_date') AS carrier,
       max(place) FILTER (WHERE name = 'order_delivered_customer_date') AS delivered,
       max(place) FILTER (WHERE name = 'order_estimated_delivery_date') AS estimated
  FROM csv_header \gset at_

CREATE TEMP TABLE order_rows AS
SELECT line, order_id, customer, status, purchase, approved, carrier, delivered, estimated, CASE
         WHEN fields IS NULL THEN 'a quote is never closed, or stands in the middle of a field, or the row is longer than 1 MiB'
         WHEN width <> :csv_width THEN format('it has %s fields, the header %s', width, :csv_width)
         WHEN NOT pg_temp.fields_fit(fields) THEN 'a field is longer than 64 KiB'
         WHEN NOT coalesce(pg_temp.is_order_id(order_id), false) THEN 'order_id is not 1 to 64 printable ASCII characters'
         WHEN NOT pg_temp.is_clean(customer, 64) THEN 'customer_id is not clean UTF-8 text of at most 64 bytes'
         WHEN purchase_text IS NULL THEN 'order_purchase_timestamp is missing'
         WHEN purchase IS NULL THEN 'order_purchase_timestamp is not a valid time'
         WHEN approved IS NULL AND approved_text IS NOT NULL THEN 'order_approved_at is not a valid time'
         WHEN carrier IS NULL AND carrier_text IS NOT NULL THEN 'order_delivered_carrier_date is not a valid time'
         WHEN delivered IS NULL AND delivered_text IS NOT NULL THEN 'order_delivered_customer_date is not a valid time'
         WHEN estimated IS NULL AND estimated_text IS NOT NULL THEN 'order_estimated_delivery_date is not a valid time'
       END AS reason
  FROM (SELECT *, pg_temp.read_time(purchase_text) AS purchase, pg_temp.read_time(approved_text) AS approved, pg_temp.read_time(carrier_text) AS carrier,
               pg_temp.read_time(delivered_text) AS delivered, pg_temp.read_time(estimated_text) AS estimated
          FROM (SELECT line, cardinality(fields) AS width, fields, fields[:at_order_status] AS status,
                       pg_temp.present(fields[:at_order_id]) AS order_id, pg_temp.present(fields[:at_customer_id]) AS customer,
                       pg_temp.present(fields[:at_purchase]) AS purchase_text, pg_temp.present(fields[:at_approved]) AS approved_text,
                       pg_temp.present(fields[:at_carrier]) AS carrier_text, pg_temp.present(fields[:at_delivered]) AS delivered_text,
                       pg_temp.present(fields[:at_estimated]) AS estimated_text
                  FROM csv_rows OFFSET 0) AS texts OFFSET 0) AS r;
TRUNCATE csv_lines, csv_rows;

CREATE TEMP TABLE expected_orders AS
SELECT line, order_id COLLATE "C" AS order_id, c.region COLLATE "C" AS region,
       placed_at, approved_at, handed_to_carrier_at, delivered_at,
       CASE WHEN delivered_at > estimated_at
              OR delivered_at IS NULL AND estimated_at < nullif(:'as_of', '')::timestamp AND status NOT IN ('canceled', 'unavailable')
            THEN estimated_at END AS late_detected_at,
       count(*) OVER (PARTITION BY order_id) > 1 AS repeated
  FROM (SELECT line, order_id COLLATE "C" AS order_id, customer, status, purchase AS placed_at, approved AS approved_at,
               carrier AS handed_to_carrier_at, delivered AS delivered_at, estimated AS estimated_at
          FROM order_rows WHERE reason IS NULL OFFSET 0) o
  LEFT JOIN customers c USING (customer);
ANALYZE expected_orders;

-- The same order twice in the file: what both rows say alike happened once.
CREATE TEMP VIEW row_events AS
SELECT line, order_id, event_type::orders.event_type AS event_type, event_at, region, repeated
  FROM expected_orders, LATERAL (VALUES ('ORDER_PLACED', placed_at), ('ORDER_APPROVED', approved_at),
       ('HANDED_TO_CARRIER', handed_to_carrier_at), ('DELIVERED', delivered_at), ('LATE_DETECTED', late_detected_at)) AS e (event_type, event_at)
 WHERE event_at IS NOT NULL AND pg_temp.in_window(event_at);
CREATE TEMP TABLE expected_events AS
SELECT order_id, event_type, event_at, region FROM row_events WHERE NOT repeated
UNION ALL
(SELECT DISTINCT ON (order_id, event_type, event_at) order_id, event_type, event_at, region FROM row_events WHERE repeated
  ORDER BY order_id, event_type, event_at, line);
ANALYZE expected_events;

SELECT format('orders  %s: %s rows, %s rejected', :'orders_file', pg_temp.thousands(count(*)), pg_temp.thousands(count(reason)))
       || CASE WHEN :csv_blank > 0 THEN format(', %s blank', pg_temp.thousands(:csv_blank)) ELSE '' END FROM order_rows;
SELECT format('            line %s: %s', line, reason) FROM order_rows WHERE reason IS NOT NULL ORDER BY line LIMIT 10;
SELECT format('            … and %s more', pg_temp.thousands(count(*) - 10)) FROM order_rows WHERE reason IS NOT NULL HAVING count(*) > 10;
SELECT format('expects %s %s', pg_temp.thousands(count(e.event_type)), t.event_type)
  FROM unnest(enum_range(NULL::orders.event_type)) AS t (event_type) LEFT JOIN expected_events e USING (event_type) GROUP BY t.event_type ORDER BY t.event_type;
DROP TABLE order_rows;

-- The lifecycle of databases up to version 2, which knew no other: Olist's, as it was built in. Never to be changed, as a
-- migration is not; lifecycles/olist.csv may be.
CREATE OR REPLACE TEMP VIEW version_2 (no, kind, name, source, rule, stage) AS VALUES
    ( 1, 'file',     'orders',              'olist_orders_dataset.csv',      '',                              ''),
    ( 2, 'file',     'customers',           'olist_customers_dataset.csv',   'by customer_id = customer_id',  ''),
    ( 3, 'file',     'items',               'olist_order_items_dataset.csv', 'by order_id',                   ''),
    ( 4, 'id',       'orderId',             'order_id',                      '',                              ''),
    ( 5, 'event',    'ORDER_PLACED',        'order_purchase_timestamp',      'required',                      'placed'),
    ( 6, 'event',    'ORDER_APPROVED',      'order_approved_at',             '',                              'approved'),
    ( 7, 'event',    'HANDED_TO_CARRIER',   'order_delivered_carrier_date',  '',                              'handed_to_carrier'),
    ( 8, 'event',    'DELIVERED',           'order_delivered_customer_date', '',                              'delivered'),
    ( 9, 'deadline', 'LATE_DETECTED',       'order_estimated_delivery_date', 'before DELIVERED as late',      'late_detected'),
    (10, 'unless',   'LATE_DETECTED',       'order_status',                  'canceled|unavailable',          ''),
    (11, 'payload',  'customer',            'customer_id',                   'text',                          ''),
    (12, 'payload',  'customerUniqueId',    'customers.customer_unique_id',  'text',                          ''),
    (13, 'payload',  'region',              'customers.customer_state',      'text',                          ''),
    (14, 'payload',  'city',                'customers.customer_city',       'text',                          ''),
    (15, 'payload',  'sellers',             'items.seller_id',               'list',                          ''),
    (16, 'payload',  'estimatedDeliveryAt', 'order_estimated_delivery_date', 'time',                          '');

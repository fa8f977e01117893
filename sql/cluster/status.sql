-- The state of a node, one row: version of the schema, events that it counts, partitions with progress, and whether it is node :node
-- of :nodes, for a topic with :partitions partitions. Run by scripts/cluster status.
SELECT to_regclass('orders.cluster') IS NOT NULL AS has_cluster \gset
\if :has_cluster
    SELECT orders.schema_version(), (SELECT coalesce(sum(events), 0) FROM orders.event_type_counts),
           (SELECT count(DISTINCT kafka_partition) FROM orders.partition_progress),
           EXISTS (SELECT FROM orders.cluster WHERE (nodes, partitions, node) = (:nodes, :partitions, :node));
\else
    SELECT 0, 0, 0, false;
\endif

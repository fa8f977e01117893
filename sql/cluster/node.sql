-- Makes a database a node. Variables: ON_ERROR_STOP on; nodes, partitions, node. Prints `made` if it was not a node before, and refuses with
-- `refused REASON`. The lock blocks batches until the commit.
SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '10s';
LOCK TABLE orders.processed_events IN SHARE ROW EXCLUSIVE MODE;
SELECT EXISTS (SELECT FROM orders.cluster WHERE (nodes, partitions, node) = (:nodes, :partitions, :node)) AS is_made,
       EXISTS (SELECT FROM orders.cluster) AS is_other,
       EXISTS (SELECT FROM orders.processed_events) OR EXISTS (SELECT FROM orders.partition_progress) AS holds \gset
\if :is_made
\elif :is_other
    \echo refused is part of another cluster
\elif :holds
    \echo refused holds events or progress already
\else
    INSERT INTO orders.cluster (nodes, partitions, node) VALUES (:nodes, :partitions, :node);
    \echo made
\endif

-- Removes conflicts and prints them as orders.conflicts shows them, in one transaction. Run by scripts/settle. Variables: order, or '' for all.
\set ON_ERROR_STOP on
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
SELECT c.* FROM orders.conflicts c WHERE :'order' IN ('', c.order_id);
DELETE FROM orders.event_conflicts c WHERE :'order' IN ('', c.order_id);

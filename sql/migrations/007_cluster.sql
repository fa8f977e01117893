-- A database may be the front of a cluster, or one of its nodes: scripts/cluster says which. Empty: it is neither.

CREATE TABLE orders.cluster (
    nodes      integer NOT NULL,
    partitions integer NOT NULL,
    node       integer,
    CONSTRAINT cluster_pkey PRIMARY KEY (nodes),
    CONSTRAINT cluster_numbers CHECK (nodes > 0 AND partitions > 0 AND node >= 0 AND node < nodes)
);
COMMENT ON TABLE orders.cluster IS 'One row in each database of a cluster: what it is. A node holds the partitions whose number modulo nodes is its own.';
COMMENT ON COLUMN orders.cluster.nodes IS 'How many nodes there are.';
COMMENT ON COLUMN orders.cluster.partitions IS 'How many partitions the topic has: with another number its keys would belong to other nodes.';
COMMENT ON COLUMN orders.cluster.node IS 'Number of the node, from 0; NULL: the front, which holds no events.';

CREATE TABLE orders.nodes (
    node   integer NOT NULL,
    host   text NOT NULL,
    port   integer NOT NULL,
    dbname text NOT NULL,
    CONSTRAINT nodes_pkey PRIMARY KEY (node)
);
COMMENT ON TABLE orders.nodes IS 'Of the front: where the nodes are. User and password are those with which one comes to the front.';
COMMENT ON COLUMN orders.nodes.node IS 'Number of the node, from 0.';
COMMENT ON COLUMN orders.nodes.host IS 'Its host, or the folder of its socket.';
COMMENT ON COLUMN orders.nodes.port IS 'Its port.';
COMMENT ON COLUMN orders.nodes.dbname IS 'Its database.';

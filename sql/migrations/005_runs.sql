-- A batch comes as runs of records and, by themselves, the records that are no events: apply_batch has other parameters.

DROP FUNCTION IF EXISTS orders.apply_batch(text, text, text, text, boolean, integer[], bigint[], timestamptz[], uuid[], text[], smallint[],
                                           timestamp[], text[], text[], bigint[], text[], bytea[], bytea[], integer[], integer[], bigint[],
                                           bigint[], bigint[], bigint[], bigint[], timestamptz[], bigint[]);

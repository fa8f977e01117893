# shellcheck shell=bash
# Lab 2: two groups have read the same records, and one of them has read them again after the loss of its database.
applied_by() { # applied_by GROUP DATABASE
    PGDATABASE=$2 sql "SELECT sum(applied) FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$1', 'lab2')"
}
# shellcheck disable=SC2154 # root is set by scripts/lib.sh
digest() { PGDATABASE=$1 "$root/scripts/digest" 2>/dev/null || true; } # digest DATABASE
created_again() { # Postgres writes this file when it creates a database; the monitor started after scripts/lab had created lab2
    PGDATABASE=postgres sql "SELECT CASE WHEN created.modification > to_timestamp($(watched /api/status .started) / 1000.0) THEN 'yes' ELSE 'no' END
        FROM pg_database AS d, pg_stat_file('base/' || d.oid || '/PG_VERSION') AS created WHERE d.datname = 'lab2'"
}
here=$(digest lab2)

expect 'records in topic lab2' "$(records lab2)" 8030 \
    'Send the sample once, with build/order-producer. To read again, no record has to be sent again: if there are more records, begin again with scripts/lab start 2.'
expect 'events that group lab2 applied to database lab2' "$(applied_by lab2 lab2)" 8030 \
    'build/order-consumer applies the records to the database of PGDATABASE. If the database is new, run scripts/migrate first.'
expect 'events that group lab2-there applied to database lab2_there' "$(applied_by lab2-there lab2_there)" 8030 \
    'The second group needs a database of its own, with tables (scripts/migrate). Set PGDATABASE and --group for the consumer; the records are still in the topic.'
expect 'the sum of the offsets that group lab2-there has committed' "$(committed lab2-there lab2)" 8030 \
    'Each group has its own positions in Kafka. Let the group lab2-there read to the end of the topic.'
expect 'database lab2 was created again' "$(created_again)" yes \
    'It is still the database that scripts/lab start has made. Drop it (dropdb --force), create it again, and let the group lab2 fill it from the topic.'
expect 'the digest of database lab2_there' "$(digest lab2_there)" "${here:-that of lab2}" \
    'The same records give the same results, whichever group reads them. Let both groups read to the end, each into its own database.'

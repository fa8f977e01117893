#!/usr/bin/env bash
# consumer.sh - counts the events of topic $ORDER_TOPIC by type, in the tables of schema.sql. It reads each partition from the stored
# offset to the end, in batches of 100 records, and then ends. apply.sql stores and counts a batch.
set -euo pipefail
folder=$(dirname -- "${BASH_SOURCE[0]}")
export folder

psql -XAtqF ' ' -c 'SELECT kafka_partition, next_offset FROM lab.offsets ORDER BY 1' | while read -r partition offset; do
    kcat -b "$KAFKA_BROKERS" -C -e -q -X fetch.wait.max.ms=10 -t "$ORDER_TOPIC" -p "$partition" -o "$offset" -f '%o\t%s\n' |
        split --lines=100 --filter="psql -Xq -v ON_ERROR_STOP=1 -v partition=$partition -f \"\$folder/apply.sql\""
done

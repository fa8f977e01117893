# shellcheck shell=bash disable=SC2034
# Lab 3: half done, the records were copied with their keys.
untouched='missing  records in topic lab3: 8030 expected, found 0'
half() {
    build/order-producer tests/data/sample
    build/order-consumer --exit-at-end
    kafka-topics.sh --create --topic lab3-nokey --partitions 6
    kcat -b "$KAFKA_BROKERS" -C -e -q -t lab3 -K '|' | kcat -b "$KAFKA_BROKERS" -P -t lab3-nokey -K '|'
}
half_done='missing  records without a key in topic lab3-nokey: at least 8030 expected, found 0'

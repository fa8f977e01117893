# shellcheck shell=bash
# shellcheck disable=SC2034 # lab_pages.t uses them
# Lab 7: half done, both replays were read by one consumer.
untouched='missing  records in topic lab7: at least 16060 expected, found 0'
half() {
    build/order-producer tests/data/sample
    build/order-producer tests/data/sample
    build/order-consumer --exit-at-end
}
half_done='missing  times that three members shared all partitions: at least 1 expected, found 0'

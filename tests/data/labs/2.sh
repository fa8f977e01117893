# shellcheck shell=bash disable=SC2034
# Lab 2: half done, only the first group has read.
untouched='missing  records in topic lab2: 8030 expected, found 0'
half() {
    build/order-producer tests/data/sample
    build/order-consumer --exit-at-end
}
half_done='missing  events that group lab2-there applied to database lab2_there: 8030 expected, found nothing'

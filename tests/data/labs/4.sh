# shellcheck shell=bash disable=SC2034
# Lab 4: half done, the sample was sent and applied twice, and no consumer has crashed.
untouched='missing  records in topic lab4: at least 16060 expected, found 0'
half() {
    build/order-producer tests/data/sample
    build/order-producer tests/data/sample
    build/order-consumer --exit-at-end
}
half_done='missing  redelivered records: at least 1 expected, found 0'

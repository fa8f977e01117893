# shellcheck shell=bash
# shellcheck disable=SC2034 # lab_pages.t uses them
# Lab 9: half done, the event came again, and the totals count it twice.
untouched='missing  records in topic lab9: at least 8031 expected, found 0'
half() {
    build/order-producer tests/data/sample
    build/order-consumer --exit-at-end
    psql -c "DELETE FROM orders.processed_events WHERE order_id = '058c910e85d84d115a99e5433698cfc8' AND event_type = 'DELIVERED'"
    build/order-producer --from 2018-05-02 --to 2018-05-03 tests/data/sample
    build/order-consumer --exit-at-end
}
half_done='missing  sum of the totals in database lab9: 8030 expected, found 8031'

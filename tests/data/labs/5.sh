# shellcheck shell=bash disable=SC2034
# Lab 5: half done, everything is sent and then applied, so the lag was high but never grew while the group was reading.
untouched='missing  triggers that delay orders.processed_events: at least 1 expected, found 0'
half() {
    psql -q <<'SQL'
CREATE FUNCTION far_away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NULL; END';
CREATE TRIGGER far_away AFTER INSERT ON orders.processed_events EXECUTE FUNCTION far_away();
SQL
    build/order-producer tests/data/sample
    build/order-consumer --exit-at-end
}
half_done='missing  seconds in which the group read, and the lag grew: at least 3 expected, found [01]'

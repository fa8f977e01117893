# shellcheck shell=bash
# shellcheck disable=SC2034 # lab_pages.t uses them
# Lab 11: half done, each event is stored once, but what is counted are the records received.
untouched='missing  events that were sent twice, stored: 350 expected, found 730'
half() {
    sed -i 's/event_id   uuid NOT NULL/event_id   uuid PRIMARY KEY/' "${lab_state:?}/schema.sql"
    sed -i '/^SELECT (event/s/;$/\nON CONFLICT (event_id) DO NOTHING;/' "$lab_state/apply.sql"
}
half_done='missing  events that were sent twice, counted: 350 expected, found 730, which is 380 too many'

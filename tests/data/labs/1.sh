# shellcheck shell=bash
# shellcheck disable=SC2034 # lab_pages.t uses them
# Lab 1: half done, only the first program has run.
untouched='missing  records in topic lab1: 8030 expected, found 0'
half() { build/order-producer tests/data/sample; }
half_done='missing  events applied to the database: 8030 expected, found nothing'

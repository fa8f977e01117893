# shellcheck shell=bash
# shellcheck disable=SC2034 # lab_pages.t uses them
# Lab 12: half done, the program has run and nothing was answered.
untouched='missing  events sent to topic lab12: at least 16060 expected, found 0'
half() { replay && replay_again; }
half_done='missing  the name of the bug: right expected, found nothing'

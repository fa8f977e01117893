# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/lab or the shell of the lab sets them
# Lab 12: builds a program with one of the bugs, chosen at random unless ORDER_LAB_PROGRAM is its letter.
# shellcheck source=/dev/null
. "$labs/12/programs.bash"
if [[ ${ORDER_LAB_PROGRAM-} ]]; then
    bug=$(letters | sed -n "s/^$ORDER_LAB_PROGRAM //p")
    [[ $bug ]] || fail 64 "ORDER_LAB_PROGRAM is $ORDER_LAB_PROGRAM: the programs are $(letters | cut -d' ' -f1 | paste -sd' ')"
else
    bug=$(letters | shuf -n 1 | cut -d' ' -f2)
fi
rm -f -- "$state/answer"
build_program "$bug" "$state/program" >"$stack/log/$lab/build.log" 2>&1 || fail_log 70 "$stack/log/$lab/build.log" 'the program was not built'
salt=$SRANDOM
printf '%s %s\n' "$salt" "$(salted "$salt" "$bug")" >"$state/key"
"$state/program/scripts/migrate" 2>"$stack/log/$lab/migrate.log" || fail_log 70 "$stack/log/$lab/migrate.log" "the database $lab cannot be made"

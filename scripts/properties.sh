# shellcheck shell=bash
# The librdkafka properties in the file KAFKA_PROPERTIES_FILE, for kcat as for the two programs. To be sourced once
# fail STATUS MESSAGE is defined. kcat finds the file by a variable: no password comes to a command line.

if [[ ${KAFKA_PROPERTIES_FILE-} ]]; then
    [[ -f $KAFKA_PROPERTIES_FILE && -r $KAFKA_PROPERTIES_FILE ]] ||
        fail 78 "cannot read the properties file KAFKA_PROPERTIES_FILE=$KAFKA_PROPERTIES_FILE: is it there, and may this user read it?"
    export KCAT_CONFIG=$KAFKA_PROPERTIES_FILE
    # It may name the brokers, where neither an option nor KAFKA_BROKERS does.
    : "${brokers:=$(sed -n 's/^\(bootstrap\.servers\|metadata\.broker\.list\)=//p' -- "$KAFKA_PROPERTIES_FILE" | tail -n 1 | tr -d '\r')}"
fi

# What a broker says may stand in kcat's messages.
. "${BASH_SOURCE[0]%/*}/printable.sh"
# Of the file it says nothing, however often it is called.
kcat() { { printable_errors command kcat "$@" 2>&1 >&3 3>&- | sed '/^% Reading configuration from file /d' >&2; } 3>&1; }

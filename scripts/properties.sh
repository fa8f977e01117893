# shellcheck shell=bash
# Gives kcat the librdkafka properties in the file KAFKA_PROPERTIES_FILE, as the two programs get them. Source it after
# fail STATUS MESSAGE is defined. kcat gets the file through a variable, so no password is on a command line.

if [[ ${KAFKA_PROPERTIES_FILE-} ]]; then
    [[ -f $KAFKA_PROPERTIES_FILE && -r $KAFKA_PROPERTIES_FILE ]] ||
        fail 78 "cannot read the properties file KAFKA_PROPERTIES_FILE=$KAFKA_PROPERTIES_FILE: is it there, and may this user read it?"
    export KCAT_CONFIG=$KAFKA_PROPERTIES_FILE
    # The file may name the brokers, if neither an option nor KAFKA_BROKERS does.
    : "${brokers:=$(sed -n 's/^\(bootstrap\.servers\|metadata\.broker\.list\)=//p' -- "$KAFKA_PROPERTIES_FILE" | tail -n 1 | tr -d '\r')}"
fi

# kcat's messages may contain text from a broker.
. "${BASH_SOURCE[0]%/*}/printable.sh"
# Hides its message about the file.
kcat() { { printable_errors command kcat "$@" 2>&1 >&3 3>&- | sed '/^% Reading configuration from file /d' >&2; } 3>&1; }

# shellcheck shell=bash
# Completion for order-producer, order-consumer, order-monitor and order-replay, in bash. Everything comes from `--help`, which
# runs each time, so it always matches the program: options, the words of options with a choice (time|file), commands, and files.
# The bash-completion package loads this file by the program's name, but is not needed: you can also source the file.

_order_replay() {
    local cur=$2 prev=$3 help argument
    local -a program=("$1")
    # order-replay COMMAND has the options of the command.
    [[ ${1##*/} != order-replay || $COMP_CWORD -lt 2 ]] || program+=("${COMP_WORDS[1]}")
    help=$("${program[@]}" --help 2>/dev/null) || return
    COMPREPLY=()
    # bash makes three words of --order=time: the option, "=", and "time".
    [[ $cur != = ]] || cur=
    [[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}
    if [[ $prev == -* ]]; then # the argument that --help shows for the option; nothing for a flag
        argument=$(sed -nE "s/^(  -., |      )$prev ([^ ]+).*/\2/p; s/^ *$prev, --[^ ]+ ([^ ]+).*/\1/p" <<<"$help")
        case $argument in
        '') ;;
        FILE | CERTIFICATE | FOLDER) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        *'|'*) mapfile -t COMPREPLY < <(compgen -W "${argument//|/ }" -- "$cur"); return ;;
        *) return ;; # a value that nobody can guess
        esac
    fi
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(sed -nE 's/^(  -., |      )(--[a-z-]+).*/\2/p; s/^  -., --[^ ,]*, (--[a-z-]+).*/\1/p; s/^      --[^ ]+ [^ ]+, (--[a-z-]+).*/\1/p' <<<"$help")" -- "$cur")
    elif [[ $help =~ ^usage:\ [^$'\n']*COMMAND ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(sed -nE 's/^  ([a-z]+) .*/\1/p' <<<"$help")" -- "$cur")
    elif [[ $help =~ ^usage:\ [^$'\n']*(FOLDER|FILE) ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}
complete -F _order_replay order-producer order-consumer order-monitor order-replay

# shellcheck shell=bash
# Completion for order-producer, order-consumer and order-monitor, in bash. Everything comes from what `--help` prints, asked each time,
# so it cannot be older than the program: options, the words of those with a choice (time|file), and where a file goes.
# Needs nothing of the bash-completion package, which loads it by the program's name; else source it.

_order_replay() {
    local cur=$2 prev=$3 help argument
    help=$("$1" --help 2>/dev/null) || return
    COMPREPLY=()
    # bash makes three words of --order=time: the option, "=", and "time".
    [[ $cur != = ]] || cur=
    [[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}
    if [[ $prev == -* ]]; then # what --help says follows the option; nothing for a flag
        argument=$(sed -nE "s/^(  -., |      )$prev ([^ ]+).*/\2/p; s/^ *$prev, --[^ ]+ ([^ ]+).*/\1/p" <<<"$help")
        case $argument in
        '') ;;
        FILE) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        *'|'*) mapfile -t COMPREPLY < <(compgen -W "${argument//|/ }" -- "$cur"); return ;;
        *) return ;; # a value that nobody can guess
        esac
    fi
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(grep -oE '^(  -., |      )--[a-z-]+' <<<"$help" | grep -oE -- '--[a-z-]+')" -- "$cur")
    elif [[ $help =~ ^usage:\ [^$'\n']*FOLDER ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}
complete -F _order_replay order-producer order-consumer order-monitor

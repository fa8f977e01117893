# Completion for order-producer, order-consumer, order-monitor and order-replay, in fish. Everything comes from `--help`, which runs
# each time, so it always matches the program. fish loads this file by the program's name.

# The help of the program on the command line; for order-replay COMMAND, that of the command.
function __order_replay_help
    set -l words (commandline -opc)
    if string match -qr '(^|/)order-replay$' -- $words[1]; and test (count $words) -gt 1
        $words[1] $words[2] --help 2>/dev/null
    else
        $words[1] --help 2>/dev/null
    end
end

# Options, each with the start of its help text; the words of an option with a choice; commands.
function __order_replay_complete
    set -l help (__order_replay_help)
    set -l previous (commandline -opc)[-1]
    if string match -q -- '-*' $previous
        set -l argument (string replace -rf -- "^(?:  -., |      )$previous (\\S+).*|^  $previous, --\\S+ (\\S+).*" '$1$2' $help)
        switch "$argument"
            case ''
            case FILE CERTIFICATE FOLDER
                __fish_complete_path (commandline -ct)
                return
            case '*|*'
                string split '|' -- $argument
                return
            case '*'
                return
        end
    end
    if string match -q -- '-*' (commandline -ct)
        string replace -rf -- '^(?:  -., |      )(--[a-z-]+)(?:\[?[= ]\S+)?(?: +(.*))?$' '$1\t$2' $help
    else if string match -qr -- '^usage: .*COMMAND' $help[1]
        string replace -rf -- '^  ([a-z]+) +(.*)$' '$1\t$2' $help
    else if string match -qr -- '^usage: .*(FOLDER|FILE)' $help[1]
        __fish_complete_path (commandline -ct)
    end
end

for program in order-producer order-consumer order-monitor order-replay
    complete -c $program -f -a '(__order_replay_complete)'
end

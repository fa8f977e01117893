# complete.zsh FOLDER FILE LINE… - completes each line as zsh does for somebody who presses Tab, and writes what became of it to FILE.
# FOLDER has _order-replay. The inner shell has a terminal of its own, and is waited for.
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "PROMPT=; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D
show() { zle complete-word; print -r -- \"[\$BUFFER]\" >>${(q)2}; zle kill-whole-line }; zle -N show; bindkey '^T' show"
for line in "${@:3}"; do zpty -w -n inner "$line"$'\C-t'; done
zpty -w inner exit
while zpty -r inner output; do :; done

#compdef ilgpustyle
# Tab completion of ilgpustyle. In ~/.zshrc, after compinit: source <(ilgpustyle completion zsh)
_ilgpustyle() {
    # What stands before the word; --option=value is read as two.
    local line="${words[1,CURRENT-1]} "
    ! compset -P 1 '--*=' || line+="${IPREFIX%=} "
    local -a candidates=(${(f)"$(${(Q)~words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"})
    compadd -- ${candidates:#\*}
    (( ! ${candidates[(Ie)*]} )) || _files
}
if [[ $funcstack[1] = _ilgpustyle ]]; then
    _ilgpustyle "$@"
else
    compdef _ilgpustyle ilgpustyle
fi

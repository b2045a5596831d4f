# Tab completion of ilgpustyle. In ~/.bashrc: source <(ilgpustyle completion bash)
_ilgpustyle() {
    local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} candidate paths=
    # What stands before the word; --option=value is read as two.
    [ "$word" = = ] || line=${line%"$word"}
    [[ $line != *" --"*= ]] || line="${line%=} "
    [ "$word" != = ] && word=$2 || word=
    COMPREPLY=()
    while IFS= read -r candidate; do
        case $candidate in
            '*') paths=1 ;;
            "$word"*) COMPREPLY+=("$candidate") ;;
        esac
    done < <("${1/#\~/$HOME}" "[suggest:${#line}]" "$line" 2>/dev/null)
    if [ -n "$paths" ] && [ ${#COMPREPLY[@]} = 0 ]; then
        compopt -o default
    elif [ -n "$paths" ]; then
        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
        compopt -o filenames
    fi
}
complete -F _ilgpustyle ilgpustyle

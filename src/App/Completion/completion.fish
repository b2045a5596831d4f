# Tab completion of ilgpustyle. In ~/.config/fish/config.fish: ilgpustyle completion fish | source
function __ilgpustyle_candidates
    # What stands before the word; --option=value is read as two.
    set -l word (commandline -ct)
    set -l line (string sub -l (math (commandline -cp | string length) - (string length -- "$word")) -- (commandline -cp))
    set -l option (string match -r -- '^--[^=]*=' $word)
    if set -q option[1]
        set line $line(string trim -r -c = -- $option)' '
        set word (string sub -s (math 1 + (string length -- $option)) -- $word)
    end
    set -l program (commandline -o)[1]
    for candidate in ($program "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
        if test $candidate = '*'
            # A word with a quote that is still open, or with escapes, as the name that it begins.
            for quote in '' '"' "'"
                set -l name (string unescape -- $word$quote)
                and printf "$option%s\n" (__fish_complete_path $name)
                and break
            end
        else
            echo "$option$candidate"
        end
    end
end
complete -c ilgpustyle -f -a '(__ilgpustyle_candidates)'

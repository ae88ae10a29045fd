extension ShellBench {
    /// Calls the function that bash would call, on the words into which readline takes the line apart.
    ///
    /// What readline does with a list of words it does here: it completes files, and replaces only what follows a break.
    static let askingBash = #"""
        set -u
        source ./completions
        compopt() { offers_files=yes; }
        exec >offers
        while IFS= read -r COMP_LINE; do
            printf '\n? %s' ''
            COMP_POINT=${#COMP_LINE} COMP_WORDS=() offers_files=''
            word=${COMP_LINE##* }
            head=${word%"${word##*[=:]}"}
            for part in $COMP_LINE; do
                while [[ $part == *[=:]* ]]; do
                    before=${part%%[=:]*}
                    if [[ $before ]]; then COMP_WORDS+=("$before"); fi
                    part=${part#"$before"}
                    COMP_WORDS+=("${part:0:1}")
                    part=${part:1}
                done
                if [[ $part ]]; then COMP_WORDS+=("$part"); fi
            done
            if [[ $COMP_LINE == *' ' ]]; then COMP_WORDS+=(''); fi
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _hotcold hotcold "${COMP_WORDS[COMP_CWORD]}" ''
            if [[ $offers_files ]]; then mapfile -t COMPREPLY < <(compgen -f -- "${word#"$head"}"); fi
            for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do printf '\n%s' "$head${COMPREPLY[i]}"; done
        done <lines
        """#

    /// Lets an interactive zsh, in a pseudo-terminal of zsh's own, put all it offers on the line before it is edited.
    ///
    /// Nothing is typed, so that nothing depends on time; the shell ends after the last line.
    static let askingZsh = #"""
        cat >.zshrc <<'END'
        autoload -U compinit
        compinit -u -D
        source ./completions
        setopt no_beep
        PS1=
        COLUMNS=1000
        lines=("${(f@)$(<lines)}")
        _everything() { _main_complete; compstate[insert]=all compstate[list]= }
        zle -C everything complete-word _everything
        # What is shown beside the words goes to a file.
        compadd() {
            local -i at=${argv[(I)-d]}
            if ((at)); then print -rl -- "${(@P)argv[at + 1]}" >>shown; fi
            builtin compadd "$@"
        }
        zle-line-init() {
            if ((! $#lines)); then
                BUFFER=exit
            else
                local line=$lines[1]
                shift lines
                BUFFER=$line CURSOR=$#line
                zle everything
                print -rn -- $'\n? ' >>offers
                if [[ $BUFFER != $line ]]; then
                    local -a typed=(${(z)line}) words=(${(z)BUFFER})
                    if [[ $line != *' ' ]]; then shift -p typed; fi
                    print -rn -- $'\n'${(pj:\n:)${words[$#typed + 1,-1]%=}} >>offers
                fi
                BUFFER=
            fi
            zle accept-line
        }
        zle -N zle-line-init
        END
        zmodload zsh/zpty
        zpty shell zsh -d -i
        while zpty -r shell output; do :; done
        """#

    /// Asks fish, which answers such questions itself.
    static let askingFish = #"""
        source ./completions
        while read -l line
            printf '\n? '
            for offer in (complete -C "$line")
                printf '\n%s' (string split -m 1 \t -- $offer)[1]
                string split -m 1 \t -- $offer | tail -n +2 >>shown
            end
        end <lines >offers
        """#
}

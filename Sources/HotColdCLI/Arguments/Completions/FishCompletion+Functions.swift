extension FishCompletion {
    /// The part of the script that is the same whatever the commands are: the conditions, and who asks for names.
    static let functions = #"""
        # The words before the cursor that are neither options nor values: the command and its argument.
        function __hotcold_plain_words
            set -l words (commandline -opc)
            set -e words[1]
            set -l is_value no
            for word in $words
                if test $is_value = yes
                    set is_value no
                else if contains -- $word $__hotcold_valued
                    set is_value yes
                else if not string match -q -- '-?*' $word
                    printf '%s\n' $word
                end
            end
        end

        # Whether there are $argv[1] of them.
        function __hotcold_operands
            test (count (__hotcold_plain_words)) -eq $argv[1]
        end

        # Whether the command is $argv[1].
        function __hotcold_command
            set -l words (__hotcold_plain_words)
            test "$words[1]" = $argv[1]
        end

        # Whether the option, with its long name and its letter, if it has one, was not given.
        # One whose value is being typed does not count.
        function __hotcold_lacks
            set -l words (commandline -opc)
            set -e words[1]
            if contains -- "$words[-1]" $__hotcold_valued
                set -e words[-1]
            end
            for word in $words
                if test "$word" = $argv[1]; or string match -q -- "$argv[1]=*" $word
                    return 1
                else if set -q argv[2]; and string match -qr -- "^-[a-zA-Z]*"(string sub -s 2 -- $argv[2]) $word
                    return 1
                end
            end
        end

        # The names of the collections in the configuration, which may be named on the line.
        function __hotcold_collections
            set -l words (commandline -opc)
            set -l config
            for index in (seq 2 (count $words))
                if test $words[$index] = --config; and test $index -lt (count $words)
                    set config --config=$words[(math $index + 1)]
                else if string match -q -- '--config=*' $words[$index]
                    set config $words[$index]
                end
            end
            # Without an argument, string would read standard input.
            set -q config[1]; and set config (string replace -- '--config=~/' "--config=$HOME/" $config)
            set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
            type -q $program; or return
            for name in ($program completions collections $config 2>/dev/null)
                printf '%s\tcollection\n' $name
            end
        end

        # Some words, without the description that fish would else give them: that of the option.
        function __hotcold_words
            printf '%s\t\n' $argv
        end

        """#
}

extension BashCompletion {
    /// The part of the script that is the same whatever the commands are.
    static let walk = #"""
        # Sets words to those up to the cursor, put together again where bash has split them at = and :.
        _hotcold_words() {
            local rest=${COMP_LINE:0:COMP_POINT} count=0 index part
            words=()
            for ((index = 0; index <= COMP_CWORD; index++)); do
                if [[ $index -eq 0 || $rest == [[:space:]]* ]]; then
                    rest=${rest#"${rest%%[![:space:]]*}"}
                    words[count]=''
                    count=$((count + 1))
                fi
                part=$rest # The last one ends at the cursor.
                if [[ $index -lt $COMP_CWORD ]]; then part=${COMP_WORDS[index]}; fi
                words[count - 1]+=$part
                rest=${rest#"$part"}
            done
        }

        # Adds those choices to COMPREPLY that go on where what was typed ends; $1 is the option before a =.
        _hotcold_offer() {
            local typed=$1$current breaks='' kept='' index word
            # Only what follows the last of these characters is replaced on the line.
            if [[ $COMP_WORDBREAKS == *=* ]]; then breaks+='='; fi
            if [[ $COMP_WORDBREAKS == *:* ]]; then breaks+=':'; fi
            if [[ $breaks ]]; then kept=${typed%"${typed##*["$breaks"]}"}; fi
            for ((index = 0; index < ${#choices[@]}; index++)); do
                printf -v word %q "${choices[index]}"
                if [[ $current == [\'\"]* ]]; then
                    # Readline puts it between the quotes that were opened, where these would still mean something.
                    if [[ ${choices[index]} == "${current:1}"* && ${choices[index]} != *[\'\"\\\$\`]* ]]; then
                        COMPREPLY+=("${choices[index]}")
                    fi
                elif [[ $word == "$current"* || ${choices[index]} == "$current"* ]]; then
                    word=$1$word
                    COMPREPLY+=("${word#"$kept"}")
                fi
            done
        }

        # Offers values for the option $1; $2 is what stands on the line before the value, in the same word.
        _hotcold_offer_values() {
            _hotcold_option "$command" "$1"
            case $value in
                files) compopt -o default ;;
                collections)
                    if [[ $program == \~/* ]]; then program=$HOME/${program:2}; fi
                    case $config in
                        \'*\' | \"*\") config=${config:1:${#config}-2} ;;
                        \~/*) config=$HOME/${config:2} ;;
                    esac
                    config=${config//\\/}
                    mapfile -t choices < <("$program" completions collections ${config:+--config="$config"} 2>/dev/null)
                    ;;
            esac
            _hotcold_offer "$2"
        }

        # Offers the options that were not given before, or that can be given again.
        _hotcold_offer_options() {
            local index
            local -a options=()
            _hotcold_options "$command"
            for ((index = 0; index < ${#options[@]}; index++)); do
                _hotcold_option "$command" "${options[index]}"
                choices=("$name")
                if [[ $repeats || $given != *" $name "* ]]; then _hotcold_offer ''; fi
            done
        }

        _hotcold() {
            local program=$1 command='' operand='' config='' given=' ' pending='' ended='' current index letter
            local name value repeats
            local -a words=() choices=()
            COMPREPLY=()
            _hotcold_words
            for ((index = 1; index < ${#words[@]} - 1; index++)); do
                current=${words[index]}
                if [[ $pending ]]; then
                    if [[ $pending == --config ]]; then config=$current; fi
                    pending=''
                elif [[ $ended || $current == - || $current != -* ]]; then
                    if [[ $command ]]; then operand=$current; else command=$current; fi
                elif [[ $current == -- ]]; then
                    ended=yes
                elif [[ $current == --* ]]; then
                    _hotcold_option "$command" "${current%%=*}"
                    given+="$name "
                    if [[ $current == --config=* ]]; then config=${current#*=}; fi
                    if [[ $value && $current != *=* ]]; then pending=$name; fi
                else
                    for ((letter = 1; letter < ${#current}; letter++)); do
                        _hotcold_option "$command" "-${current:letter:1}"
                        given+="$name "
                    done
                fi
            done
            current=${words[index]-}
            if [[ $pending ]]; then
                _hotcold_offer_values "$pending" ''
            elif [[ ! $ended && $current == --*=* ]]; then
                name=${current%%=*} current=${current#*=}
                _hotcold_offer_values "$name" "$name="
            elif [[ ! $ended && $current == -* ]]; then
                _hotcold_offer_options
            elif [[ ! $operand ]]; then
                _hotcold_operands "$command"
                _hotcold_offer ''
                if [[ ! $ended && ${#choices[@]} -eq 0 ]]; then _hotcold_offer_options; fi
            fi
        }

        complete -F _hotcold hotcold

        """#
}

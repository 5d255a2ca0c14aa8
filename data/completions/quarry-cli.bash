# bash completion for quarry-cli
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Commands and options are those that the program's own help lists.

_quarry_cli ()
{
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=() at

  # "--library=DIR" is three words here.
  [[ $current == = ]] && current=
  [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${COMP_WORDS[at]} in
      --library | --model)
        [[ ${COMP_WORDS[at + 1]} == = ]] && ((at++))
        ((at++)) ;;
      -* | =) ;;
      *) command+=("${COMP_WORDS[at]}") ;;
    esac
  done

  COMPREPLY=()
  case $previous in
    --library)
      compopt -o dirnames
      return ;;
    --model)
      compopt -o default
      return ;;
    --mode)
      COMPREPLY=($(compgen -W 'hybrid dense lexical' -- "$current"))
      return ;;
    --method)
      COMPREPLY=($(compgen -W 'coverage mmr dpp mixture none' -- "$current"))
      return ;;
    --limit | --diversity | --granularity | --more | --less | --recall | --passages | --dims | --threads)
      return ;;
  esac

  if [[ $current == -* ]]; then
    [[ ${command[0]} != eval ]] && command=("${command[@]:0:1}")
    COMPREPLY=($(compgen -W "--help $([[ ${#command[@]} == 0 ]] && echo --version --library --model
                                      "$program" "${command[@]:0:2}" --help 2>/dev/null \
                                        | LC_ALL=C sed -nE 's/^ +(-[a-zA-Z], )?(--[a-z-]+).*/\2/p')" -- "$current"))
  elif [[ ${#command[@]} == 0 || (${#command[@]} == 1 && ${command[0]} == help) ]]; then
    COMPREPLY=($(compgen -W "$("$program" --help 2>/dev/null \
                                 | LC_ALL=C sed -nE '/quarry-cli /d; s/^  ([a-z]+) .*/\1/p')" -- "$current"))
  elif [[ ${#command[@]} == 1 && ${command[0]} == eval ]]; then
    COMPREPLY=($(compgen -W 'own retrieval variety segmentation confidence' -- "$current"))
  else
    case ${command[0]} in
      import | remove | segment | similar | why | eval) compopt -o default ;;
    esac
  fi
}

complete -F _quarry_cli quarry-cli

import { singleQuoted as quoted } from '../../kernel/shell-word.js'
import { type CompletedCommand, nextWords } from './words.js'

/** A script for `source <(mqtt-proxy completion bash)`: static, so that completing a word starts nothing. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const next = nextWords(commands)
  const paths = [...commands.map(({ name }) => name), ...next.keys()].filter((path) => path !== '')
  const values = commands.flatMap(({ name, flags }) =>
    flags.flatMap((flag) =>
      flag.values === undefined ? [] : flag.names.map((one) => ({ at: `${name} ${one}`, flag })),
    ),
  )
  const row = (at: string, words: readonly string[]) => `    ${quoted(at)}) words=${quoted(words.join(' '))} ;;`
  return `${[
    '# bash completion for mqtt-proxy',
    '_mqtt_proxy() {',
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" cmd="" words="" i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "${cmd:+$cmd }${COMP_WORDS[i]}" in',
    `      ${[...new Set(paths)].map(quoted).join('|')}) cmd="\${cmd:+$cmd }\${COMP_WORDS[i]}" ;;`,
    '    esac',
    '  done',
    '  COMPREPLY=()',
    '  case "$cmd $prev" in',
    ...values.map(
      ({ at, flag }) =>
        `  ${row(at, flag.values ?? []).replace(' ;;', '')}; COMPREPLY=($(compgen -W "$words" -- "$cur")); return ;;`,
    ),
    '  esac',
    '  case "$cur" in',
    '  -*) case "$cmd" in',
    ...commands.map(({ name, flags }) =>
      row(
        name,
        flags.flatMap((flag) => flag.names.filter((one) => one.startsWith('--'))),
      ),
    ),
    '    *) words="--help --version" ;;',
    '    esac ;;',
    '  *) case "$cmd" in',
    ...[...next].map(([path, words]) => row(path, [...words.keys()])),
    ...commands
      .filter(({ name, words }) => words.length > 0 && !next.has(name))
      .map(({ name, words }) => row(name, words)),
    '    esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '}',
    'complete -o default -F _mqtt_proxy mqtt-proxy',
  ].join('\n')}\n`
}

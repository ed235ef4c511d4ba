import { singleQuoted as quoted } from '../../kernel/shell-word.js'
import { type CompletedCommand, nextWords } from './words.js'

/** A script for `source <(mqtt-proxy completion zsh)` after compinit, or as the file `_mqtt-proxy` in fpath. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const next = nextWords(commands)
  const paths = [...new Set([...commands.map(({ name }) => name), ...next.keys()])].filter((path) => path !== '')
  const described = (entries: Iterable<readonly [string, string]>) =>
    [...entries].map(([word, text]) => quoted(`${word.replaceAll(':', '\\:')}:${text}`)).join(' ')
  const values = commands.flatMap(({ name, flags }) =>
    flags.flatMap((flag) =>
      flag.values === undefined ? [] : flag.names.map((one) => ({ at: `${name} ${one}`, flag })),
    ),
  )
  return `${[
    '#compdef mqtt-proxy',
    '_mqtt_proxy() {',
    '  local cmd="" i',
    '  local -a found',
    '  for ((i = 2; i < CURRENT; i++)); do',
    '    case "${cmd:+$cmd }${words[i]}" in',
    `      ${paths.map(quoted).join('|')}) cmd="\${cmd:+$cmd }\${words[i]}" ;;`,
    '    esac',
    '  done',
    '  case "$cmd ${words[CURRENT-1]}" in',
    ...values.map(({ at, flag }) =>
      flag.values?.length === 0
        ? `    ${quoted(at)}) _files; return ;;`
        : `    ${quoted(at)}) compadd -- ${(flag.values ?? []).map(quoted).join(' ')}; return ;;`,
    ),
    '  esac',
    '  if [[ "${words[CURRENT]}" == -* ]]; then',
    '    case "$cmd" in',
    ...commands.map(({ name, flags }) => {
      const all = flags.flatMap((flag) => flag.names.map((one) => [one, flag.summary] as const))
      return `    ${quoted(name)}) found=(${described(all)}) ;;`
    }),
    "    *) found=('--help:show help' '--version:show the version') ;;",
    '    esac',
    "    _describe -o 'option' found",
    '    return',
    '  fi',
    '  case "$cmd" in',
    ...[...next].map(
      ([path, words]) => `    ${quoted(path)}) found=(${described(words)}); _describe 'command' found ;;`,
    ),
    ...commands
      .filter(({ name, words }) => words.length > 0 && !next.has(name))
      .map(({ name, words }) => `    ${quoted(name)}) compadd -- ${words.map(quoted).join(' ')} ;;`),
    '    *) _files ;;',
    '  esac',
    '}',
    'if [[ "${funcstack[1]}" == "_mqtt-proxy" ]]; then _mqtt_proxy "$@"; else compdef _mqtt_proxy mqtt-proxy; fi',
  ].join('\n')}\n`
}

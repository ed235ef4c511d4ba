import { type CompletedCommand, nextWords } from './words.js'

/** A script for `mqtt-proxy completion fish | source`, or the file `completions/mqtt-proxy.fish`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const next = nextWords(commands)
  const paths = [...new Set([...commands.map(({ name }) => name), ...next.keys()])].filter((path) => path !== '')
  const at = (path: string) => `-c mqtt-proxy -n ${quoted(`__mqtt_proxy_at ${quoted(path)}`)}`
  return `${[
    '# fish completion for mqtt-proxy',
    'function __mqtt_proxy_at',
    '  set -l cmd ""',
    '  for word in (commandline -opc)[2..]',
    '    set -l longer (string trim -- "$cmd $word")',
    `    if contains -- $longer ${paths.map(quoted).join(' ')}`,
    '      set cmd $longer',
    '    end',
    '  end',
    '  test "$cmd" = "$argv[1]"',
    'end',
    ...[...next].flatMap(([path, words]) =>
      [...words].map(([word, text]) => `complete ${at(path)} -f -a ${quoted(word)} -d ${quoted(text)}`),
    ),
    ...commands.flatMap(({ name, flags, words }) => [
      ...(words.length > 0 && !next.has(name) ? [`complete ${at(name)} -f -a ${quoted(words.join(' '))}`] : []),
      ...flags.map(
        (flag) =>
          `complete ${at(name)} ${flag.names.map(option).join(' ')}${value(flag.values)} -d ${quoted(flag.summary)}`,
      ),
    ]),
  ].join('\n')}\n`
}

function option(name: string): string {
  return name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
}

function value(values: readonly string[] | undefined): string {
  if (values === undefined) return ''
  return values.length === 0 ? ' -r' : ` -x -a ${quoted(values.join(' '))}`
}

/** fish knows two escapes in single quotes: the quote and the backslash. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

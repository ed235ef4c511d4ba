import type { Hook } from '@oclif/core'
import { runFacts } from '../../host/process/run-facts.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { printable } from '../../kernel/printable.js'

/** oclif takes arguments for words of a command: what cannot be one ends it. */
function commandWords(words: readonly string[]): string {
  const end = words.findIndex((word, index) => index > 0 && !/^[a-z][a-z0-9-]*$/i.test(word))
  return (end < 0 ? words : words.slice(0, end)).join(' ')
}

/** What follows a command of two words, or of one, may be its arguments: `gen al proxy` is near to `gen all`. */
function nearestCommand(typed: readonly string[], commands: readonly string[]): string | undefined {
  for (const length of [2, 1]) {
    const alike = commands.filter((command) => command.split(' ').length === length)
    const near = typed.length < length ? undefined : nearest(typed.slice(0, length).join(' '), alike)
    if (near !== undefined) return near
  }
  return nearest(typed.join(' '), commands)
}

/** What people call our commands: other tools' words for the same thing. */
const otherWords: readonly (readonly [RegExp, string])[] = [
  [/^(pub|publish|sub|subscribe|connect|client|ping)$/, 'send'],
  [/^(install|fetch|download)$/, 'tools install'],
  [/^(k8s|kubernetes|helm|docker|docker-compose|container)$/, 'gen compose'],
  [/^(validate|verify|analy[sz]e|review|fix)$/, 'lint'],
  [/^(test|tests|run)$/, 'check'],
  [/^(serve|server|start|mosquitto|vernemq|listen)$/, 'broker'],
  [/^(scan|detect|inspect|diagnose)$/, 'probe'],
  [/^(generate|init|create|new|make)$/, 'gen all'],
  [/^(cert|certs|certificates|ca|pki|openssl|revoke|renew)$/, 'gen certs'],
  [/^(log|logs|why|error)$/, 'explain'],
  [/^(parse|read|dump)$/, 'header decode'],
  [/^(capture|sniff|trace|tcpdump|wireshark)$/, 'tap'],
  [/^(monitor|metrics|alert|alerts)$/, 'watch'],
  [/^(sessions|clients|connections|whois)$/, 'who'],
  [/^(stress|loadtest|load-test|performance)$/, 'bench'],
  [/^(reload|restart|failover)$/, 'drill'],
  [/^(capacity|sizing|limits|size)$/, 'plan'],
  [/^(status|health|env|environment)$/, 'doctor'],
]

/** By meaning: another word for it, or the second word of a command alone (`decode`). */
function meantCommand(typed: readonly string[], commands: readonly string[]): string | undefined {
  for (const word of [...typed].reverse()) {
    const ends = commands.filter((command) => command.split(' ').at(-1) === word)
    if (ends.length === 1 && typed.length === 1) return ends[0]
    const other = otherWords.find(([pattern]) => pattern.test(word.toLowerCase()))?.[1]
    if (other !== undefined && commands.includes(other)) return other
  }
  return undefined
}

/** What stands behind a command that takes no arguments: oclif looks for it as a command. */
function unexpected(
  words: readonly string[],
  commands: readonly string[],
): { command: string; word: string } | undefined {
  for (const length of [2, 1]) {
    const command = words.slice(0, length).join(' ')
    const word = words[length]
    if (word !== undefined && commands.includes(command)) return { command, word }
  }
  return undefined
}

/** A mistyped command gets a suggestion without a terminal too, one document under `--json`, and exits 127. */
const hook: Hook<'command_not_found'> = async (options) => {
  const typed = commandWords(options.id.split(':'))
  const commands = options.config.commandIDs.map((id) => id.replaceAll(':', ' '))
  const words = typed.split(' ')
  const stray = unexpected(options.id.split(':'), commands)
  const near = stray === undefined ? (meantCommand(words, commands) ?? nearestCommand(words, commands)) : undefined
  const code = stray === undefined ? 'MP-COMMAND' : 'MP-USAGE'
  const message = printable(
    stray === undefined
      ? `there is no command "${typed}"`
      : `${stray.command} takes no argument; unexpected: ${stray.word}`,
  )
  const hints =
    stray === undefined
      ? [...(near === undefined ? [] : [`did you mean: mqtt-proxy ${near}`]), 'mqtt-proxy --help lists them']
      : [`its flags: mqtt-proxy ${stray.command} --help`]
  if (process.argv.includes('--json')) {
    const error = { code, message, hints }
    const run = runFacts(options.config.version)
    process.stdout.write(`${JSON.stringify({ schema: 1, ok: false, error, run }, undefined, 2)}\n`)
  } else {
    process.stderr.write(`${[`Error ${code}: ${message}`, ...hints.map((hint) => `  ${hint}`)].join('\n')}\n`)
  }
  process.exit(stray === undefined ? EXIT.unknownCommand : EXIT.usage)
}

export default hook

import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { runProgram } from '../process/run-program.js'
import type { HaproxyFacts } from '../types.js'
import { type HaproxyMessage, parseHaproxyMessages } from './messages.js'

export { startHaproxy } from './running.js'

/**
 * What a HAProxy program says of itself (`haproxy -vv`).
 * @throws Fault MP-HAPROXY (exit 3) when it does not answer as HAProxy does
 */
export async function haproxyFacts(program: string): Promise<HaproxyFacts> {
  const { stdout, stderr, code } = await runProgram(program, ['-vv'])
  const facts = parseHaproxyFacts(program, stdout)
  if (facts !== undefined) return facts
  const said = `${stdout}${stderr}`.trim().split('\n')[0] ?? ''
  throw new Fault('MP-HAPROXY', `${program} does not answer "-vv" as HAProxy does (exit ${code}): ${said}`, {
    exit: EXIT.environment,
    hints: ['name another program with --haproxy or HAPROXY_PROGRAM', 'or: mqtt-proxy tools install haproxy'],
  })
}

/** Reads the output of `haproxy -vv`: the first line, the feature list, the library it was built with. */
function parseHaproxyFacts(program: string, text: string): HaproxyFacts | undefined {
  const version = /^HA-?Proxy version (\d+\.\d+(?:\.\d+|-dev\d+)?)/m.exec(text)?.[1]
  if (version === undefined) return undefined
  const list = /^Feature list\s*:\s*(.*)$/m.exec(text)?.[1] ?? ''
  const features = list.split(/\s+/).flatMap((word) => (word.startsWith('+') ? [word.slice(1)] : []))
  const openssl = features.some((feature) => feature.startsWith('OPENSSL')) || /^Running on OpenSSL version/m.test(text)
  const built = /^Built with (?:OpenSSL|SSL library) version\s*: OpenSSL (\d+\.\d+\.\d+)/m.exec(text)?.[1]
  return { program, version, openssl, features, ...(built !== undefined && { opensslVersion: built }) }
}

export interface ConfigVerdict {
  readonly ok: boolean
  /** HAProxy's alerts and warnings, in its own words. */
  readonly messages: readonly HaproxyMessage[]
  /** Everything it printed. */
  readonly output: readonly string[]
}

/**
 * Asks HAProxy itself about configuration files (`haproxy -c`). Its exit code decides, not its text: newer versions
 * print nothing on success.
 */
export async function checkHaproxyConfig(
  program: string,
  files: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<ConfigVerdict> {
  const args = ['-c', ...files.flatMap((file) => ['-f', file])]
  const { code, stdout, stderr } = await runProgram(program, args, options)
  const output = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  return { ok: code === 0, messages: parseHaproxyMessages(output), output }
}

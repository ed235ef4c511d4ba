import type { ClientTls } from '../../host/types.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { oneOf, onlyKnown, wholeNumber } from '../../kernel/known-names.js'
import { parseTarget } from '../../kernel/target.js'
import { type VerdictKind, verdictKinds } from '../../probe/verdict-kinds.js'
import { probe as probeAll } from './probe.js'
import { type ProbeDocument, probeDocument, severityOf } from './result.js'

/** What `probe` takes beside its targets; everything has a default. */
export interface ProbeOptions {
  /** The broker's own listener behind the one target: both sides are compared. */
  readonly behind?: string
  /** The client address that headers claim. Default: one of the documentation range. */
  readonly source?: { readonly address: string; readonly port: number }
  /** A certificate name to forge. Default: no identity is forged. */
  readonly spoof?: string
  /** How to speak TLS; PEM texts. */
  readonly tls?: ClientTls
  readonly username?: string
  readonly password?: string
  /** Milliseconds for each attempt. Default 5000. */
  readonly timeoutMs?: number
  /** One connection at a time, ten a second. Default false. */
  readonly gentle?: boolean
  /** Targets at once, 1 to 1000. Default 256. */
  readonly concurrency?: number
  /** `ok` is false unless the target is of this kind. */
  readonly expect?: VerdictKind
  /** `ok` is false for findings of this severity and above. Default `high`. */
  readonly failOn?: 'low' | 'medium' | 'high' | 'critical' | 'none'
}

const known = [
  'behind',
  'source',
  'spoof',
  'tls',
  'username',
  'password',
  'timeoutMs',
  'gentle',
  'concurrency',
  'expect',
  'failOn',
] satisfies (keyof ProbeOptions)[]

/**
 * Identifies what listens on each target and which PROXY headers it accepts, as `mqtt-proxy probe` does. What a target
 * does is a result; nothing is thrown for it.
 * @param targets `HOST:PORT`, or with `mqtt://`, `mqtts://`, `ws://`, `wss://` in front
 * @throws Fault MP-TARGET, MP-OPTION (exit 2)
 */
export async function probe(targets: string | readonly string[], options: ProbeOptions = {}): Promise<ProbeDocument> {
  onlyKnown('probe', options, known)
  oneOf('expect', options.expect, verdictKinds)
  oneOf('failOn', options.failOn, ['low', 'medium', 'high', 'critical', 'none'])
  wholeNumber('timeoutMs', options.timeoutMs, 1, 600_000)
  wholeNumber('concurrency', options.concurrency, 1, 1000)
  const all = [targets].flat().map(parseTarget)
  if (all.length === 0 || (options.behind !== undefined && all.length > 1)) {
    throw new Fault('MP-OPTION', all.length === 0 ? 'probe has no target' : 'behind belongs to one target', {
      exit: EXIT.usage,
    })
  }
  const { failOn = 'high' } = options
  const run = await probeAll({
    targets: all,
    behind: options.behind === undefined ? undefined : parseTarget(options.behind),
    source: options.source,
    spoof: options.spoof,
    tls: options.tls ?? {},
    localAddress: undefined,
    username: options.username,
    password: options.password,
    timeoutMs: options.timeoutMs ?? 5000,
    silenceMs: undefined,
    idleSeconds: undefined,
    gentle: options.gentle ?? false,
    concurrency: options.concurrency ?? 256,
    rate: 2000,
    now: Date.now(),
  })
  return probeDocument(run, {
    expect: options.expect,
    failOn: failOn === 'none' ? undefined : severityOf(failOn),
    env: { node: process.version },
  })
}

import { randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { DialError } from '../../host/net/dial-error.js'
import { isReachable } from '../../host/net/listening.js'
import { type AttemptContext, runAttempt } from '../../host/net/probe-attempt.js'
import { withDeadline } from '../../host/process/deadline.js'
import { interrupted } from '../../host/process/lifetime.js'
import { RateGate } from '../../host/process/pace.js'
import type { ClientTls } from '../../host/types.js'
import { isLoopback } from '../../kernel/address.js'
import type { Finding } from '../../kernel/result.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import type { Target } from '../../kernel/target.js'
import { firstAttempts, furtherAttempts, isAnswer, special } from '../../probe/attempts.js'
import { compare, type Through } from '../../probe/behind.js'
import { classify } from '../../probe/classify.js'
import { findingsOf } from '../../probe/findings.js'
import { nextToTls } from '../../probe/findings-tls.js'
import type { ProbeAttemptOptions } from '../../probe/forms.js'
import type { Observation, ProbeAttempt, ProbeVerdict } from '../../probe/types.js'

export interface ProbeRequest {
  readonly targets: readonly Target[]
  /** The broker's own listener behind the one target. */
  readonly behind: Target | undefined
  /** What headers claim; default: an address of the documentation range. */
  readonly source: { readonly address: string; readonly port: number } | undefined
  /** The common name to forge. */
  readonly spoof: string | undefined
  readonly tls: ClientTls
  readonly localAddress: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  /** For each attempt. */
  readonly timeoutMs: number
  /** How long to watch a silent connection; `undefined`: only as long as the other attempts take. */
  readonly silenceMs: number | undefined
  /** Stay idle so long in a session, in seconds. */
  readonly idleSeconds: number | undefined
  /** One connection at a time, ten a second. */
  readonly gentle: boolean
  /** Targets at once. */
  readonly concurrency: number
  /** Connections begun per second, over all targets. */
  readonly rate: number
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Probed {
  readonly target: Target
  readonly verdict: ProbeVerdict
  readonly attempts: readonly ProbeAttempt[]
  readonly seen: readonly Observation[]
  readonly findings: readonly Finding[]
  readonly ms: number
}

export interface ProbeRun {
  readonly probed: readonly Probed[]
  readonly through: Through | undefined
  readonly connections: number
  readonly atOnce: number
  readonly ms: number
}

/** A banner comes at once; a server that is silent for so long will not speak first. */
const bannerMs = 150

/**
 * Probes all targets, each on its own connections, within the limits of the request.
 * What targets do is a result; nothing is thrown for it.
 * @param progress called after each target
 */
export async function probe(request: ProbeRequest, progress: (done: number) => void = () => {}): Promise<ProbeRun> {
  const started = performance.now()
  const all = request.behind === undefined ? request.targets : [...request.targets, request.behind]
  const gate = new RateGate({ atOnce: request.gentle ? 1 : request.concurrency, perSecond: 10_000 })
  const connections = new RateGate({
    atOnce: Number.POSITIVE_INFINITY,
    perSecond: request.gentle ? Math.min(10, request.rate) : request.rate,
  })
  let done = 0
  const probed = await Promise.all(
    all.map((target) =>
      gate.run(async () => {
        const result = await probeTarget(target, request, connections)
        progress(++done)
        return result
      }),
    ),
  )
  const found = withNeighbours(probed)
  const through = request.behind === undefined ? undefined : throughOf(probed[0], probed[probed.length - 1])
  return {
    probed: found,
    through,
    connections: connections.begun,
    atOnce: connections.most,
    ms: performance.now() - started,
  }
}

/** What only shows when several ports of a host were looked at. */
function withNeighbours(probed: readonly Probed[]): readonly Probed[] {
  return probed.map((one) => {
    const others = probed.filter(({ target }) => target.host === one.target.host && target.port !== one.target.port)
    const more = nextToTls(
      formatSocketAddress(one.target),
      one.verdict,
      others.map(({ target, verdict }) => ({ target: formatSocketAddress(target), verdict })),
    )
    return more.length === 0 ? one : { ...one, findings: [...more, ...one.findings] }
  })
}

async function probeTarget(target: Target, request: ProbeRequest, pace: RateGate): Promise<Probed> {
  const started = performance.now()
  const options = attemptOptions(target, request)
  const attempts: ProbeAttempt[] = []
  const seen: Observation[] = []
  const run = async (attempt: ProbeAttempt, more: Partial<AttemptContext> = {}) => {
    attempts.push(attempt)
    const one = await pace.run(() => runAttempt(attempt, { ...contextOf(target, request), ...more }))
    seen.push(one)
    return one
  }
  const runAll = async (some: readonly ProbeAttempt[]) => {
    if (request.gentle) for (const one of some) await run(one)
    else await together(some, run)
  }

  const enough = new AbortController()
  let silence: Promise<unknown> = Promise.resolve()
  const reached = await new Promise<boolean>((resolve, reject) => {
    silence = run(special.silence, { enough: enough.signal, opened: () => resolve(true) })
    silence.then(() => resolve(false), reject)
  })
  const openedAt = performance.now()
  const endSilence = async () => {
    await unless(silence, (request.silenceMs ?? bannerMs) - (performance.now() - openedAt))
    enough.abort()
    await silence
  }
  if (reached) {
    if (request.gentle) await endSilence()
    await runAll(firstAttempts(options))
    for (let more = next(seen, options); more.length > 0; more = next(seen, options)) {
      const until = new AbortController()
      const quiet = more.filter((one) => one.silent).map((one) => run(one, { enough: until.signal }))
      await runAll(more.filter((one) => !one.silent))
      if (quiet.length > 0) await unless(Promise.all(quiet), bannerMs)
      until.abort()
      await Promise.all(quiet)
    }
    await endSilence()
  }
  const order = new Map(attempts.map((one, index) => [one.id, index]))
  seen.sort((a, b) => (order.get(a.attempt) ?? 0) - (order.get(b.attempt) ?? 0))
  const verdict = classify(seen)
  const loopback = isLoopback(target.host)
  const findings = findingsOf(verdict, seen, {
    target: formatSocketAddress(target),
    loopback,
    reachable: loopback ? await isReachable(target.port) : undefined,
    spoofed: request.spoof !== undefined,
    trustGiven: request.tls.ca !== undefined,
    usernameGiven: request.username !== undefined,
    silenceAskedMs: request.silenceMs,
    now: request.now,
  })
  return { target, verdict, attempts, seen, findings, ms: performance.now() - started }
}

/** How long the last ones are waited for once MQTT was answered to others, as a multiple of the slowest, and at least. */
const patience = { times: 10, leastMs: 1500 }

/**
 * Attempts at once. A receiver that waits for more behind one kind of header would decide how long the whole takes: when
 * most are in, and MQTT among them, the others have a multiple of that time left.
 */
async function together(
  some: readonly ProbeAttempt[],
  run: (one: ProbeAttempt, more: Partial<AttemptContext>) => Promise<Observation>,
): Promise<void> {
  const started = performance.now()
  let left = some.length
  let answers = false
  let slowest = 0
  await withDeadline(undefined, interrupted, async (deadline) => {
    await Promise.all(
      some.map(async (one) => {
        // How long a session may be idle is what is asked there.
        const seen = await run(one, one.session ? {} : { signal: deadline.signal })
        left -= 1
        answers ||= isAnswer(seen)
        slowest = performance.now() - started
        if (!answers || left === 0 || left > some.length / 2) return
        const ms = Math.max(patience.leastMs, patience.times * slowest)
        deadline.in(
          ms,
          new DialError('mqtt', 'timeout', `nothing ${ms.toFixed(0)} ms after others were answered`, undefined),
        )
      }),
    )
  })
}

function next(seen: readonly Observation[], options: ProbeAttemptOptions): readonly ProbeAttempt[] {
  return interrupted.aborted ? [] : furtherAttempts(seen, options)
}

/** Waits so long, unless the work is done before. */
async function unless(work: Promise<unknown>, ms: number): Promise<void> {
  if (ms <= 0) return
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([over, work])
  clearTimeout(timer)
}

function attemptOptions(target: Target, request: ProbeRequest): ProbeAttemptOptions {
  const host = target.host.replace(/%.*$/, '')
  const six = request.source === undefined ? isIPv6(host) : isIPv6(request.source.address)
  const source = request.source ?? { address: six ? '2001:db8::7' : '203.0.113.7', port: 56324 }
  const fits = six ? isIPv6(host) : /^\d+\.\d+\.\d+\.\d+$/.test(host)
  return {
    source,
    destination: { address: fits ? host : six ? '::1' : '127.0.0.1', port: target.port },
    spoof: request.spoof,
    certificate: request.tls.cert !== undefined,
  }
}

function contextOf(target: Target, request: ProbeRequest): AttemptContext {
  return {
    target,
    tls: request.tls,
    localAddress: request.localAddress,
    username: request.username,
    password: request.password,
    idleSeconds: request.idleSeconds,
    clientId: `mp-${randomBytes(5).toString('hex')}`,
    timeoutMs: request.timeoutMs,
    signal: interrupted,
    enough: interrupted,
  }
}

function throughOf(frontend: Probed | undefined, broker: Probed | undefined): Through | undefined {
  if (frontend === undefined || broker === undefined) return undefined
  const side = ({ target, verdict, seen }: Probed) => ({ target: formatSocketAddress(target), verdict, seen })
  return compare(side(frontend), side(broker))
}

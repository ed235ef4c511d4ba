import { expectation, judgeConformance } from '../../conformance/judge.js'
import { good1, good2 } from '../../conformance/make-case.js'
import { mqttConnect, mqttDisconnect } from '../../conformance/mqtt-connect.js'
import { goodWithTls } from '../../conformance/tls-facts.js'
import { type ConformanceCase, type Outcome, sectionOf, sections } from '../../conformance/types.js'
import { type Exchanged, exchange } from '../../host/net/header-exchange.js'
import type { Sight } from '../../host/types.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { type CaseGroup, type CaseResult, type RunResult, statsOf } from '../../kernel/result.js'
import { shellWord } from '../../kernel/shell-word.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { followedBy, hexOf, joined, type SslSpec, type Version } from '../../proxy-header/index.js'

/** One receiver to be tested. */
export interface ConformanceTarget {
  /** For reports: as the user named it, else its address. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** How the command line names it; default: its address. */
  readonly argument?: string
  /** The log that `saw` reads, as `--broker-log` names it: `mosquitto=FILE`. */
  readonly brokerLog?: string
  /** What it believed of a client, where that can be seen. */
  readonly saw?: (clientId: string, withinMs: number) => Promise<Sight | undefined>
}

export interface ConformanceRequest {
  readonly targets: readonly ConformanceTarget[]
  readonly cases: readonly ConformanceCase[]
  /** What the good version 2 header says of TLS, for receivers that demand it; the cases carry their own. */
  readonly tlsFacts?: SslSpec
  /** What makes the run fail: a MUST, or a SHOULD as well. */
  readonly level: 'must' | 'should'
  /** How long a receiver may take to answer or to end a connection. */
  readonly waitMs: number
  /** Marks the client ids of this run; up to 8 characters. */
  readonly tag: string
  readonly env: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly onCase?: (target: ConformanceTarget, result: CaseResult) => void
}

/** How many of the cases that wait for something run side by side. */
const slowAtOnce = 10
/** How long a line in a broker's log may take. */
const sightMs = 400

/**
 * Runs the cases against every target, one connection each, and a good client after each.
 * @throws Fault MP-UNREACHABLE (exit 4), MP-NO-RECEIVER (exit 1) when a target takes no good header
 */
export async function runConformance(request: ConformanceRequest): Promise<RunResult> {
  const started = performance.now()
  const groups: CaseGroup[] = []
  for (const target of request.targets) groups.push(...(await new Receiver(target, request).run()))
  const stats = statsOf(groups, performance.now() - started)
  const bad = stats.failed + stats.unknown
  const judged = stats.passed + stats.nonStrict + stats.failed
  return {
    schema: 1,
    command: 'conformance',
    ok: bad === 0 && judged > 0,
    env: request.env,
    stats,
    groups,
    findings: [],
  }
}

/** At level `should` a recommendation that is not followed is a failure. */
function strictly(result: CaseResult, level: 'must' | 'should'): CaseResult {
  const fails = level === 'should' && result.level === 'should' && result.status === 'non-strict'
  return fails ? { ...result, status: 'failed' } : result
}

class Receiver {
  private count = 0
  private versions: readonly Version[] = []
  private readonly good2: Uint8Array

  constructor(
    private readonly target: ConformanceTarget,
    private readonly request: ConformanceRequest,
  ) {
    this.good2 = request.tlsFacts ? goodWithTls(request.tlsFacts) : good2
  }

  async run(): Promise<CaseGroup[]> {
    this.versions = await this.spoken()
    const { cases } = this.request
    const results = new Map<string, CaseResult>()
    const keep = (judged: CaseResult) => {
      const result = strictly(judged, this.request.level)
      results.set(result.id, result)
      this.request.onCase?.(this.target, result)
    }
    for (const one of cases.filter((one) => !isSlow(one))) keep(await this.judged(one))
    const slow = cases.filter(isSlow)
    for (let at = 0; at < slow.length; at += slowAtOnce) {
      for (const result of await Promise.all(slow.slice(at, at + slowAtOnce).map((one) => this.judged(one))))
        keep(result)
    }
    return this.groups(results)
  }

  /** The versions a good header of which is taken. */
  private async spoken(): Promise<Version[]> {
    const tried = [await this.send(good1, true), await this.send(this.good2, true)]
    const lost = tried.find(({ outcome }) => outcome === 'refused' || outcome === 'unreachable')
    const where = `${this.target.name} (${formatSocketAddress(this.target)})`
    if (lost) {
      throw new Fault('MP-UNREACHABLE', `${where} was not reached: ${lost.detail}`, {
        exit: EXIT.unreachable,
        hints: ['is it running, and on that port?'],
      })
    }
    const versions = ([1, 2] as const).filter((_, i) => tried[i]?.connack !== undefined)
    if (versions.length > 0) return versions
    const silent = tried.every(({ outcome }) => outcome === 'timeout')
    throw new Fault('MP-NO-RECEIVER', `${where} takes no good PROXY header of either version: ${tried[1]?.detail}`, {
      exit: silent ? EXIT.unreachable : EXIT.wrong,
      hints: [
        'does it demand TLS or a certificate in the header? add --tls TLSv1.3 or --cn NAME',
        `what listens there? mqtt-proxy probe ${formatSocketAddress(this.target)}`,
      ],
    })
  }

  private async judged(one: ConformanceCase): Promise<CaseResult> {
    if (one.version !== undefined && !this.versions.includes(one.version)) {
      const reason = `the receiver does not read version ${one.version}`
      return { id: one.id, title: one.title, level: one.level, status: 'skipped', reason, expected: expectation(one) }
    }
    const id = this.clientId()
    const seen = await exchange({
      host: this.target.host,
      port: this.target.port,
      writes: writesOf(one, mqttConnect(id)),
      waitMs: this.request.waitMs,
      goodbye: mqttDisconnect,
      ...(this.request.signal && { signal: this.request.signal }),
    })
    const outcome = outcomeOf(seen)
    const believed = outcome === 'accepts' ? await this.target.saw?.(id, sightMs) : undefined
    const health = await this.health()
    const result = judgeConformance(one, {
      outcome,
      how: seen.detail,
      local: seen.local,
      believed,
      observable: this.target.saw !== undefined,
      health,
      ms: seen.ms,
    })
    return { ...result, headerHex: shortHex(one), again: this.again(one) }
  }

  /** A good client right now: `served`, or what happened to it. */
  private async health(): Promise<string> {
    const { connack, detail } = await this.send(this.versions.includes(2) ? this.good2 : good1, false)
    return connack === undefined ? detail : 'served'
  }

  private send(header: Uint8Array, first: boolean): Promise<Exchanged> {
    const writes = [
      { bytes: header, pauseMs: 0 },
      { bytes: mqttConnect(this.clientId()), pauseMs: first ? 5 : 0 },
    ]
    const { host, port } = this.target
    return exchange({ host, port, writes, waitMs: this.request.waitMs, goodbye: mqttDisconnect })
  }

  private clientId(): string {
    this.count++
    return `mp${this.request.tag}${this.count}`
  }

  private again(one: ConformanceCase): string {
    const facts = this.request.tlsFacts
    const tls = facts?.version === undefined ? '' : ` --tls ${shellWord(facts.version)}`
    const cn = facts?.cn === undefined ? '' : ` --cn ${shellWord(facts.cn)}`
    const { argument = formatSocketAddress(this.target), brokerLog } = this.target
    const log = brokerLog === undefined ? '' : ` --broker-log ${shellWord(brokerLog)}`
    return `mqtt-proxy conformance ${argument} --select ${one.id}${tls}${cn}${log}`
  }

  private groups(results: ReadonlyMap<string, CaseResult>): CaseGroup[] {
    return sections.flatMap((section) => {
      const cases = this.request.cases.flatMap(({ id }) => (sectionOf(id) === section ? (results.get(id) ?? []) : []))
      if (cases.length === 0) return []
      const durationMs = cases.reduce((sum, one) => sum + (one.durationMs ?? 0), 0)
      return [{ id: section, title: section, durationMs, cases, dims: { target: this.target.name } }]
    })
  }
}

/** Cases that end by waiting, or pause themselves. */
function isSlow(one: ConformanceCase): boolean {
  const pauses = one.plan.reduce((sum, { pauseMs }) => sum + pauseMs, one.connectPauseMs)
  return one.connect === 'none' || one.legal.includes('waits') || pauses > 200
}

function writesOf(one: ConformanceCase, connect: Uint8Array) {
  if (one.connect === 'none') return one.plan
  if (one.connect === 'after') return [...one.plan, { bytes: connect, pauseMs: one.connectPauseMs }]
  return followedBy(one.plan, connect)
}

function outcomeOf({ outcome, connack }: Exchanged): Outcome | undefined {
  if (connack !== undefined) return 'accepts'
  if (outcome === 'timeout') return 'waits'
  return outcome === 'refused' || outcome === 'unreachable' ? undefined : 'refuses'
}

/** The bytes of the header; long ones cut short. */
function shortHex(one: ConformanceCase): string {
  const bytes = joined(one.plan)
  return bytes.length > 300 ? `${hexOf(bytes.subarray(0, 300))}…` : hexOf(bytes)
}

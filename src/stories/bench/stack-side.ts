import type { LoadShard } from '../../bench/shard.js'
import { type Approach, planStep, type Stage } from '../../check/plan.js'
import type { LoadProgram } from '../../host/load/cpu.js'
import type { WayIn } from '../../host/load/way-in.js'
import { dialOf } from '../../host/sandbox/attempts.js'
import type { RunningSandbox } from '../../host/sandbox/sandbox.js'
import type { BrokerDriver } from '../../host/types.js'
import type { HeaderSpec } from '../../proxy-header/types.js'
import type { CertificateSet } from '../../scenarios/certificates.js'
import type { OutcomeRow } from '../../scenarios/types.js'
import { openSubject } from '../check/opened.js'
import type { Programs } from '../check/programs.js'
import type { BrokerChoice } from '../check/request.js'
import type { Subject } from '../check/sources.js'
import { claiming, headerOf, usualNetwork } from './claims.js'
import type { LoadSide, OpenSide } from './sides.js'

export interface StackSideOptions {
  readonly name: string
  readonly subject: Subject
  /** Through HAProxy, or to the broker behind it with the header that HAProxy would write. */
  readonly hop: 'haproxy' | 'direct'
  readonly programs: Programs
  readonly haproxy: string | undefined
  readonly broker: BrokerChoice
  readonly network: string | undefined
  readonly shard: LoadShard
  readonly timeoutMs: number
  readonly keep: boolean
  readonly signal: AbortSignal
}

/** A scenario or the user's own pair, in a sandbox as `check` has it. */
export function stackSide(options: StackSideOptions): LoadSide {
  return { name: options.name, open: () => open(options) }
}

async function open(options: StackSideOptions): Promise<OpenSide> {
  const { name, subject, hop, programs, haproxy, broker, keep, signal } = options
  const request = { name, purpose: 'bench', haproxy, broker, keep, signal, run: measured } as const
  const opened = await openSubject(subject, programs, request)
  const { stage, certificates, sandbox, facts, close } = opened
  const approach = stage && approachOf(subject, stage, hop)
  if (approach === undefined) {
    await close()
    throw opened.cannot(' has no way in for clients')
  }
  return { way: wayOf(approach, certificates, options), programs: programsOf(sandbox, hop, facts.kind), close }
}

function measured(driver: BrokerDriver): BrokerDriver {
  return { ...driver, start: (start) => driver.start({ ...start, measured: true }) }
}

function programsOf({ haproxy, brokers }: RunningSandbox, hop: StackSideOptions['hop'], kind: string): LoadProgram[] {
  const asked = numbered(
    kind,
    brokers.flatMap(({ pid }) => pid ?? []),
  )
  if (hop === 'direct') return asked
  const hops = haproxy.map(({ pid }) => pid)
  return [...numbered('haproxy', hops), ...asked]
}

/** `haproxy`, or where there are several `haproxy 1`, `haproxy 2`: in the order in which they were started. */
function numbered(name: string, pids: readonly number[]): LoadProgram[] {
  return pids.map((pid, index) => ({ name: pids.length > 1 ? `${name} ${index + 1}` : name, pid }))
}

/** As the scenario's first good client comes, or as HAProxy itself would come to the broker. */
function approachOf({ scenario }: Subject, stage: Stage, hop: StackSideOptions['hop']): Approach | undefined {
  const good = scenario.outcomes.find((one) => one.id === 'connect-3.1.1')
  if (good === undefined) return undefined
  const step = planStep(hop === 'haproxy' ? good : toBroker(good), stage)
  if (step.kind !== 'connect') return undefined
  const { header, client } = scenario
  if (hop === 'haproxy' || header === 'none') return step.approach
  return { ...step.approach, header: headerOf(header, client === 'mtls') }
}

function toBroker(row: OutcomeRow): OutcomeRow {
  return { ...row, id: 'direct', attempt: { kind: 'connect', to: 'broker', mqtt: '3.1.1' } }
}

/** Options are made once: what they hold of TLS is prepared once then, too. */
function wayOf(approach: Approach, certificates: CertificateSet, options: StackSideOptions): WayIn {
  const { network, shard, timeoutMs, signal } = options
  const { header, brought, ...rest } = approach
  const base = dialOf({ ...rest, header: undefined }, { certificates, timeoutMs, signal })
  const six = 'host' in approach.to && approach.to.host.includes(':')
  const specs = [brought, header].filter((one): one is HeaderSpec => one !== undefined)
  if (specs.length === 0) return () => base
  const prefaces = specs.map((spec) => claiming(spec, network ?? usualNetwork[six ? 6 : 4], shard))
  return (n) => ({ ...base, preface: prefaces.flatMap((preface) => preface(n)) })
}

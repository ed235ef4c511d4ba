import { clashes, portKeys, type Relocated, relocate } from '../../check/sandbox/relocate.js'
import type { AddressSide, SandboxOptions } from '../../check/sandbox/relocation.js'
import { hasIpv6 } from '../../host/net/loopback.js'
import { onFreePorts } from '../../host/net/ports.js'
import { whyRefused } from '../../host/sandbox/refused.js'
import {
  portsFor,
  type RunningSandbox,
  type SandboxPlan,
  StartFailed,
  startSandbox,
  writeSandbox,
} from '../../host/sandbox/sandbox.js'
import type { Spare } from '../../host/types.js'
import type { Fault } from '../../kernel/errors.js'
import { Recorders, type RelayStart } from './recorders.js'
import type { Subject } from './sources.js'

export interface StartOptions
  extends Pick<
    SandboxPlan,
    'stats' | 'folder' | 'certificates' | 'driver' | 'program' | 'master' | 'masterSocket' | 'signal'
  > {
  /** The address that an access list of the files is to refuse. */
  readonly denied?: string | undefined
  /** Recorders stand between clients and HAProxy, and between HAProxy and brokers. */
  readonly recorded?: boolean
  /** What stands between HAProxy and brokers instead of recorders; nothing between clients and HAProxy. */
  readonly relays?: RelayStart | undefined
  /** A port of the files that is left as it is: what listens there was there before. */
  readonly kept?: number | undefined
  /** The caller starts the broker, later. */
  readonly brokerLater?: boolean
  /** Brokers may come from an earlier scenario, and go on to a later one. */
  readonly lend?: boolean
  /** What has to listen before HAProxy's first health check; how it ends. */
  readonly before?: (moved: Relocated) => Promise<() => Promise<void>>
}

/** Where everything went, and what runs there; or which program did not take its file. */
export type Start = { readonly moved: Relocated; readonly plan: SandboxPlan } & (
  | { readonly sandbox: RunningSandbox; readonly recorders: Recorders | undefined }
  | { readonly failed: StartFailed }
)

/**
 * The one way in which files come to run: moves those of a subject into a folder and starts their programs there, again
 * on other ports when one was taken. `sandbox.stop` ends everything, recorders too.
 * @throws Fault MP-PORT-TAKEN (exit 3) when that happens time after time
 */
export function startSubject(subject: Subject, options: StartOptions): Promise<Start> {
  return onFreePorts(async () => {
    const start = await startOnce(subject, options)
    // Two lines of the files that want one port take it from each other on every port.
    const taken = 'failed' in start && start.failed.fault.code === 'MP-PORT-TAKEN' && clashes(start.moved).length === 0
    if (taken) throw start.failed.fault
    return start
  })
}

/** The files of one pair are asked about once, whatever runs on them. */
const refused = new WeakMap<Subject['pair'], Map<string, Promise<Fault | undefined>>>()

function refusal({ pair, files, again }: Subject, { program }: StartOptions): Promise<Fault | undefined> {
  if (again.length === 0) return Promise.resolve(undefined)
  const known = refused.get(pair) ?? new Map<string, Promise<Fault | undefined>>()
  refused.set(pair, known)
  const asked = known.get(program.program) ?? whyRefused(pair, program, files.allowExec)
  known.set(program.program, asked)
  return asked
}

async function startOnce(subject: Subject, options: StartOptions): Promise<Start> {
  const { recorded = false, relays, kept, brokerLater = false, before, denied, ...base } = options
  const recorders = recorded || relays ? await Recorders.for(subject, relays) : undefined
  const portOf = recorders?.portOf ?? (await ownPorts(subject, kept))
  const move = (ports: typeof portOf) =>
    relocate(subject.pair, { ...optionsFor(subject), folder: options.folder, denied, portOf: ports })
  const own = move(portOf)
  const fault = await refusal(subject, options)
  const spares = options.lend && fault === undefined ? await sparesFor(own, options) : []
  const moved = spares.length === 0 ? own : move((key, side) => portOfSpare(portOf(key, side), own, spares))
  const plan: SandboxPlan = { ...base, spares, brokers: moved.brokers, haproxy: [...moved.haproxy].reverse() }
  if (fault !== undefined) return { moved, plan, failed: new StartFailed('haproxy', fault) }
  const ends: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    await writeSandbox(plan)
    if (recorders !== undefined) ends.push(() => recorders.stop())
    if (before !== undefined) ends.push(await before(moved))
    await recorders?.startBehindHaproxy()
    const sandbox = await startSandbox(brokerLater ? { ...plan, brokers: [] } : plan)
    ends.push(sandbox.stop)
    return { moved, plan, recorders, sandbox: { ...sandbox, stop } }
  } catch (error) {
    await stop()
    if (error instanceof StartFailed) return { moved, plan, failed: error }
    throw error
  }
}

/** For each broker of the sandbox one that runs the same file already; empty when there is none at all. */
async function sparesFor({ brokers }: Relocated, { driver }: StartOptions): Promise<readonly (Spare | undefined)[]> {
  const spares: (Spare | undefined)[] = []
  // Who needs several waits for none: two such could hold what the other waits for.
  const wait = brokers.length === 1
  for (const one of brokers) spares.push(await driver.spare?.(one.files[0]?.text ?? '', one.listeners, wait))
  return spares.some((one) => one !== undefined) ? spares : []
}

/** The sandbox's files then name the port where the spare listens. */
function portOfSpare(port: number, own: Relocated, spares: readonly (Spare | undefined)[]): number {
  for (const [index, broker] of own.brokers.entries()) {
    const at = broker.listeners.findIndex((one) => 'port' in one && one.port === port)
    const there = at < 0 ? undefined : spares[index]?.listeners[at]
    if (there !== undefined && 'port' in there) return there.port
  }
  return port
}

/** What decides how files are moved, but for folder and ports. */
export function optionsFor(subject: Subject): Omit<SandboxOptions, 'folder' | 'portOf' | 'denied'> {
  const { ip, files, again } = subject
  return { ip, ipv6: ip === 6 || hasIpv6(), purpose: 'run', stats: again.length > 0, ...files }
}

async function ownPorts(
  subject: Subject,
  kept: number | undefined,
): Promise<(key: string, side: AddressSide) => number> {
  const ports = await portsFor(portKeys(subject.pair, subject.ip), subject.ip)
  return (key) => (kept !== undefined && key.endsWith(`:${kept}`) ? kept : (ports.get(key) ?? 0))
}

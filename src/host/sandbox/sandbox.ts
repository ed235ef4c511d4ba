import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '../../kernel/errors.js'
import type { SocketAddress } from '../../kernel/socket-address.js'
import { type CertificateSet, certificateFiles } from '../../scenarios/certificates.js'
import { startHaproxy } from '../haproxy/haproxy.js'
import { freePorts } from '../net/ports.js'
import type { BrokerDriver, HaproxyFacts, RunningBroker, RunningHaproxy, Spare } from '../types.js'

/** A file to be put into the folder; paths below it, with `/`. */
interface SandboxText {
  readonly name: string
  readonly text: string
}

export interface SandboxProcess {
  readonly files: readonly SandboxText[]
  readonly listeners: readonly SocketAddress[]
  /** The stats socket of a HAProxy. */
  readonly stats?: string | undefined
}

export interface SandboxPlan {
  readonly folder: string
  readonly certificates: CertificateSet
  readonly brokers: readonly SandboxProcess[]
  /** In the order in which they are started: what others connect to comes first. */
  readonly haproxy: readonly SandboxProcess[]
  readonly driver: BrokerDriver
  readonly program: HaproxyFacts
  /** Brokers that run already, by their place in `brokers`. */
  readonly spares?: readonly (Spare | undefined)[]
  /** Brokers may be given on when the sandbox is over. */
  readonly lend?: boolean
  /** Run HAProxy with a master process, so that it can be reloaded. */
  readonly master?: boolean
  /** Each master listens for commands at this name in the folder, with its place behind it: `master0`. */
  readonly masterSocket?: string
  /** Give each HAProxy a stats socket in the folder: see `statsSocket`. */
  readonly stats?: boolean
  readonly signal?: AbortSignal
}

/** The stats socket of the n-th HAProxy of a sandbox. */
export function statsSocket(folder: string, n: number): string {
  return join(folder, `haproxy-${n}.sock`)
}

export interface RunningSandbox {
  readonly brokers: readonly RunningBroker[]
  readonly haproxy: readonly RunningHaproxy[]
  stop(): Promise<void>
}

/** A private port for every key; both address families have it free. */
export async function portsFor(keys: readonly string[], ip: 4 | 6): Promise<ReadonlyMap<string, number>> {
  const ports = await freePorts(keys.length, ip === 6 ? '::1' : '127.0.0.1')
  return new Map(keys.map((key, index) => [key, ports[index] ?? 0]))
}

/** Writes the files and certificates that programs read; everything is readable by its owner only. */
export async function writeSandbox(
  plan: Pick<SandboxPlan, 'folder' | 'certificates' | 'brokers' | 'haproxy'>,
): Promise<void> {
  const { certificates: set, folder } = plan
  const client = Object.values(set.clients)[0]
  const certs = [
    [certificateFiles.server, set.server.cert + set.server.key],
    [certificateFiles.brokerCert, set.server.cert],
    [certificateFiles.brokerKey, set.server.key],
    [certificateFiles.serverCa, set.serverCa],
    [certificateFiles.clientCa, set.clientCa],
    [certificateFiles.revoked, set.revoked],
    ['haproxy-client/client.pem', client === undefined ? '' : client.cert + client.key],
  ].map(([name = '', text = '']) => ({ name: `certs/${name}`, text }))
  const files = [...certs, ...[...plan.brokers, ...plan.haproxy].flatMap((one) => one.files)]
  const folders = new Set(files.map((file) => dirname(join(folder, file.name))))
  await Promise.all([...folders].map((path) => mkdir(path, { recursive: true, mode: 0o700 })))
  await Promise.all(files.map((file) => writeFile(join(folder, file.name), file.text, { mode: 0o600 })))
}

/** Starting failed: which program, and what it said. */
export class StartFailed extends Error {
  constructor(
    readonly who: 'haproxy' | 'broker',
    readonly fault: Fault,
  ) {
    super(fault.message)
  }
}

/**
 * Starts the brokers, then HAProxy, so that the first health check finds a broker.
 * @throws StartFailed with everything already started ended again
 */
export async function startSandbox(plan: SandboxPlan): Promise<RunningSandbox> {
  const brokers: RunningBroker[] = []
  const haproxy: RunningHaproxy[] = []
  const stop = async () => {
    await Promise.all(haproxy.map((one) => one.stop()))
    await Promise.all(brokers.map((one) => (one.release === undefined ? one.stop() : one.release())))
  }
  const signal = plan.signal === undefined ? {} : { signal: plan.signal }
  try {
    for (const [index, one] of plan.brokers.entries()) {
      brokers.push(plan.spares?.[index]?.lend() ?? (await started('broker', startBroker(plan, one))))
    }
    for (const [index, one] of plan.haproxy.entries()) {
      const files = one.files.map((file) => join(plan.folder, file.name))
      if (plan.stats === true) files.push(await statsFile(plan.folder, index))
      const { program, version } = plan.program
      const more = {
        ...(plan.master !== undefined && { master: plan.master }),
        ...(plan.masterSocket !== undefined && { masterSocket: join(plan.folder, `${plan.masterSocket}${index}`) }),
        ...(one.stats !== undefined && { stats: one.stats }),
      }
      const start = { program, version, files, folder: plan.folder, listeners: one.listeners, ...more, ...signal }
      haproxy.push(await started('haproxy', startHaproxy(start)))
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { brokers, haproxy, stop }
}

/** A file of its own behind the others, so that their lines stay where they are. */
async function statsFile(folder: string, n: number): Promise<string> {
  const file = join(folder, `stats-${n}.cfg`)
  await writeFile(file, `global\n    stats socket ${statsSocket(folder, n)} mode 600 level operator\n`, { mode: 0o600 })
  return file
}

/** Starts one broker of a plan; also to bring one back that was stopped. */
export async function startBroker(plan: SandboxPlan, one: SandboxProcess): Promise<RunningBroker> {
  return await plan.driver.start({
    folder: plan.folder,
    configFile: join(plan.folder, one.files[0]?.name ?? ''),
    listeners: one.listeners,
    ...(plan.lend && { lend: true }),
    ...(plan.signal && { signal: plan.signal }),
  })
}

async function started<T>(who: StartFailed['who'], start: Promise<T>): Promise<T> {
  try {
    return await start
  } catch (error) {
    throw error instanceof Fault ? new StartFailed(who, error) : error
  }
}

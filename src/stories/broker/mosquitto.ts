import { packageVersion } from '../../host/package-version.js'
import { onHangup, own } from '../../host/process/lifetime.js'
import { writePidFile } from '../../host/process/pid-file.js'
import { configFault, readPlan } from '../../host/server/config.js'
import { BrokerLog, type LogVolume, plainLog } from '../../host/server/log.js'
import { type BrokerServer, serveBroker } from '../../host/server/server.js'
import { messageOf } from '../../kernel/errors.js'
import type { ConnectionEvent } from '../../mqtt-server/connection-event.js'
import type { Log } from '../../mqtt-server/log.js'
import { ConfigRefusal } from '../../mqtt-server/mosquitto/config-refusal.js'
import type { BrokerLimits, ListenerAt } from '../../mqtt-server/options.js'
import { localPlan } from '../../mqtt-server/options-from-mosquitto.js'
import type { BrokerPlan } from '../../mqtt-server/plan.js'

export interface MosquittoMannerOptions {
  readonly config: string | undefined
  readonly ports: readonly number[]
  readonly volume: LogVolume
  /** Only say whether the file is good. */
  readonly testConfig: boolean
  readonly limits?: Partial<BrokerLimits>
  readonly onEvent: ((event: ConnectionEvent) => void) | undefined
}

/** The version whose behaviour is followed. */
const follows = '2.1.2'

/**
 * The broker as `mosquitto -c FILE -p PORT -v` runs: by its file, with its log. `undefined` after `--test-config`.
 * @throws Fault MP-BROKER-CONFIG (exit 3) with file and line, MP-PORT-TAKEN (exit 3)
 */
export async function runAsMosquitto(options: MosquittoMannerOptions): Promise<BrokerServer | undefined> {
  const plan = planOrComplain(options)
  if (options.testConfig) {
    // What is said of a file itself goes to stderr, -q or not.
    new BrokerLog(plainLog, 'as-configured').write('information', 'Configuration file is OK.')
    return undefined
  }
  const log = new BrokerLog(plan.log, options.volume)
  const us = `mqtt-proxy ${packageVersion()} (as mosquitto version ${follows})`
  log.write('information', `${us} starting`)
  log.write(
    'information',
    options.config === undefined ? 'Using default config.' : `Config loaded from ${options.config}.`,
  )
  for (const note of plan.notes) log.write('notice', note)
  if (plan.localOnly) sayLocalOnly(log)
  if (plan.pidFile !== undefined) writePidFile(plan.pidFile)
  own('', () => log.write('information', `${us} terminating`))
  const server = await serveBroker({
    listeners: plan.listeners,
    limits: { ...plan.limits, countFirstByte: false, ...options.limits },
    log,
    version: `mosquitto version ${follows} (mqtt-proxy ${packageVersion()})`,
    ...(options.onEvent && { onEvent: options.onEvent }),
  })
  for (const at of server.listeners) log.write('information', opened(at))
  log.write('information', `${us} running`)
  if (options.config !== undefined) onHangup(() => reload(options, server, log))
  return server
}

function planOrComplain(options: MosquittoMannerOptions): BrokerPlan {
  try {
    return options.config === undefined
      ? localPlan(options.ports)
      : readPlan(options.config, { ports: options.ports, manner: 'mosquitto' })
  } catch (error) {
    if (!(error instanceof ConfigRefusal)) throw error
    const log = new BrokerLog(plainLog, 'as-configured')
    log.write('error', `Error: ${error.message}`)
    if (error.span && error.span.line > 0) log.write('error', `Error found at ${error.span.file}:${error.span.line}.`)
    throw configFault(error)
  }
}

/** SIGHUP: passwords and access lists are read again; what cannot be read leaves all as it was. */
function reload(options: MosquittoMannerOptions, server: BrokerServer, log: Log): void {
  if (options.config === undefined) return
  log.write('information', 'Reloading config.')
  try {
    server.reload(readPlan(options.config, { ports: options.ports, manner: 'mosquitto' }).listeners)
  } catch (error) {
    log.write('error', `Error: ${messageOf(error)}`)
  }
}

function sayLocalOnly(log: Log): void {
  log.write(
    'warning',
    'Starting in local only mode. Connections will only be possible from clients running on this machine.',
  )
  log.write('warning', 'Create a configuration file which defines a listener to allow remote access.')
}

function opened(at: ListenerAt): string {
  if ('path' in at) return `Opening unix listen socket on path ${at.path}.`
  return `Opening ${at.host.includes(':') ? 'ipv6' : 'ipv4'} listen socket on port ${at.port}.`
}

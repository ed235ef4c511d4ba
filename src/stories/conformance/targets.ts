import { writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { driverFor } from '../../host/brokers/index.js'
import { SightLog } from '../../host/brokers/sight-log.js'
import { makeWorkdir } from '../../host/files/workdir.js'
import { freePort, onFreePorts } from '../../host/net/ports.js'
import { requireLoopback } from '../../host/process/machine.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { parseTarget } from '../../kernel/target.js'
import type { ConformanceTarget } from './conformance.js'

export interface TargetsRequest {
  /** `[NAME=]HOST:PORT` or `embedded`. */
  readonly names: readonly string[]
  /** `[NAME:]KIND=FILE`; without a name for the only target. */
  readonly brokerLogs: readonly string[]
  /** The user says that hosts off loopback are theirs to test. */
  readonly mayTest: boolean
}

/**
 * The receivers that were named, each with eyes where it has some.
 * @throws Fault (exit 2) for what cannot be understood, and for hosts off loopback without leave
 */
export async function conformanceTargets(
  request: TargetsRequest,
): Promise<{ targets: ConformanceTarget[]; env: Record<string, string> }> {
  if (request.names.length === 0) {
    throw new Fault('MP-NO-TARGET', 'which receiver?', { exit: EXIT.usage, hints: ['give HOST:PORT, or "embedded"'] })
  }
  const env: Record<string, string> = { node: process.version }
  const targets: ConformanceTarget[] = []
  for (const name of request.names) {
    const target = name === 'embedded' ? await embedded(env) : parsed(name)
    if (targets.some((one) => one.name === target.name)) {
      throw new Fault('MP-TARGET', `two targets are called ${target.name}`, {
        exit: EXIT.usage,
        hints: [`name them: a=${formatSocketAddress(target)} b=${formatSocketAddress(target)}`],
      })
    }
    if (!isLoopback(target.host) && !request.mayTest) throw notYours(target)
    targets.push(target)
  }
  await attachLogs(targets, request.brokerLogs)
  return { targets, env }
}

function parsed(text: string): ConformanceTarget {
  const named = /^([\w. -]+)=(.+)$/.exec(text)
  const target = parseTarget(named?.[2] ?? text)
  if (target.scheme !== 'mqtt') {
    throw new Fault('MP-TARGET', `${text}: a PROXY header comes before TLS and WebSocket; give the plain address`, {
      exit: EXIT.usage,
    })
  }
  return { name: named?.[1] ?? formatSocketAddress(target), host: target.host, port: target.port }
}

/** An embedded broker of our own, ended with everything else. */
async function embedded(env: Record<string, string>): Promise<ConformanceTarget> {
  await requireLoopback()
  const driver = await driverFor('embedded')
  const folder = await makeWorkdir('conf')
  const configFile = join(folder.path, 'vernemq.conf')
  const { broker, port } = await onFreePorts(async () => {
    const port = await freePort()
    await writeFile(configFile, embeddedConfig(port))
    const listeners = [{ host: '127.0.0.1', port }]
    return { port, broker: await driver.start({ folder: folder.path, configFile, listeners }) }
  })
  env.embedded = broker.what.replace(/^embedded broker /, '')
  return {
    name: 'embedded',
    argument: 'embedded',
    host: '127.0.0.1',
    port,
    saw: (id, withinMs) => broker.saw(id, withinMs),
  }
}

/** VerneMQ's words: its listeners read both versions. */
function embeddedConfig(port: number): string {
  return `listener.tcp.conformance = 127.0.0.1:${port}\nlistener.tcp.conformance.proxy_protocol = on\nallow_anonymous = on\n`
}

/** Kinds of logs that name the client of every connection. */
const logKinds = ['mosquitto']

async function attachLogs(targets: ConformanceTarget[], logs: readonly string[]): Promise<void> {
  for (const text of logs) {
    const match = /^(?:([\w. -]+):)?(\w+)=(.+)$/.exec(text)
    const [, name, kind = '', file = ''] = match ?? []
    if (!match || !logKinds.includes(kind)) throw badLog(text, kind)
    const index = name === undefined ? 0 : targets.findIndex((target) => target.name === name)
    const target = targets[index]
    if (!target || (name === undefined && targets.length > 1)) {
      throw new Fault('MP-BROKER-LOG', `whose log is ${file}?`, {
        exit: EXIT.usage,
        hints: [`write --broker-log NAME:${kind}=FILE with one of ${targets.map((one) => one.name).join(', ')}`],
      })
    }
    const log = new SightLog(file)
    await log.begin()
    targets[index] = { ...target, brokerLog: `${kind}=${file}`, saw: (id, withinMs) => log.saw(id, withinMs) }
  }
}

function badLog(text: string, kind: string): Fault {
  const near = nearest(kind, logKinds)
  return new Fault('MP-BROKER-LOG', `cannot read "${text}": logs of ${logKinds.join(', ')} are understood`, {
    exit: EXIT.usage,
    hints: [near ? `did you mean ${near}=FILE?` : 'write mosquitto=FILE'],
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function notYours(target: ConformanceTarget): Fault {
  return new Fault('MP-NOT-YOURS', `${target.host} is not this machine, and this test sends malformed traffic`, {
    exit: EXIT.usage,
    hints: ['if you may test that host: --yes-i-may-test-this-host'],
  })
}

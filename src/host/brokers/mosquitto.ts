import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type ConnectedLine, parseConnectedLine } from '../../brokers/mosquitto/connected-line.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { makeWorkdir } from '../files/workdir.js'
import { portTaken, requireFree } from '../net/ports.js'
import { startChild } from '../process/children.js'
import { findProgram } from '../process/programs.js'
import { serving } from '../process/readiness.js'
import { runProgram } from '../process/run-program.js'
import type { BrokerDriver, BrokerFacts, BrokerStart, RunningBroker, Sight } from '../types.js'
import { loggedBroker } from './logged-broker.js'
import type { MakeDriver } from './make-driver.js'
import { brokerStartFault } from './start-fault.js'

const startWithinMs = 10_000

export const makeDriver: MakeDriver = async ({ program, cache }) => {
  const chosen = { ...(program !== undefined && { chosen: program }), ...(cache !== undefined && { cache }) }
  return mosquittoDriver((await findProgram('mosquitto', chosen)).program)
}

/** Mosquitto as it is: its version is asked, and what it can read is tried. */
export function mosquittoDriver(program: string): BrokerDriver {
  let asked: Promise<BrokerFacts> | undefined
  const facts = () => {
    asked ??= mosquittoFacts(program)
    return asked
  }
  const testConfig = (configFile: string) => testMosquittoConfig(program, configFile)
  return {
    kind: 'mosquitto',
    facts,
    testConfig,
    start: async (options) => start(program, (await facts()).version, options),
  }
}

/** @throws Fault MP-BROKER (exit 3) when the program does not answer as Mosquitto does */
async function mosquittoFacts(program: string): Promise<BrokerFacts> {
  // It shows its help with an exit code other than 0.
  const { stdout, stderr } = await runProgram(program, ['-h'])
  const version = /^mosquitto version (\d+\.\d+(?:\.\d+)?)/m.exec(`${stdout}${stderr}`)?.[1]
  if (version === undefined) {
    throw new Fault('MP-BROKER', `${program} does not answer "-h" as Mosquitto does`, {
      exit: EXIT.environment,
      hints: ['name another program with --broker-bin or MOSQUITTO_BIN', 'or: mqtt-proxy tools install mosquitto'],
    })
  }
  const proxy = (await Promise.all(([1, 2] as const).map((one) => readsProxy(program, one)))).flat()
  const mqtt = /^(0\.|1\.[0-5]\b)/.test(version) ? (['3.1', '3.1.1'] as const) : (['3.1', '3.1.1', '5.0'] as const)
  return { kind: 'mosquitto', program, version, proxy, mqtt, askedBy: 'mosquitto -h and --test-config' }
}

async function readsProxy(program: string, version: 1 | 2): Promise<(1 | 2)[]> {
  const folder = await makeWorkdir('ask')
  try {
    const file = join(folder.path, 'mosquitto.conf')
    await writeFile(file, `listener 1883 127.0.0.1\nenable_proxy_protocol ${version}\nallow_anonymous true\n`)
    const { code } = await runProgram(program, ['-c', file, '--test-config'])
    return code === 0 ? [version] : []
  } finally {
    await folder.remove()
  }
}

/**
 * Asks Mosquitto about a file without running it.
 * @throws Fault MP-BROKER-START as a start would
 */
export async function testMosquittoConfig(program: string, configFile: string): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, ['-c', configFile, '--test-config'])
  if (code === 0) return
  const config = await readFile(configFile, 'utf8').catch(() => '')
  throw brokerStartFault({ broker: 'mosquitto', log: `${stdout}\n${stderr}`.split('\n'), configFile, config })
}

async function start(program: string, version: string, options: BrokerStart): Promise<RunningBroker> {
  const broker = `mosquitto ${version}`
  await requireFree(options.listeners, 'mosquitto')
  const config = await readFile(options.configFile, 'utf8')
  const child = await startChild({
    name: broker,
    program,
    args: ['-c', await runnable(options, config), ...(options.measured ? [] : ['-v'])],
    cwd: options.folder,
  })
  const { listeners, signal, withinMs = startWithinMs } = options
  const started = await serving({ listeners, withinMs, signal, alive: child.alive, stop: child.stop })
  if (started.ready) return loggedBroker(child, parseConnectedLine, sightOf)
  const log = child.log.lines()
  if (log.some((line) => /Error: Address already in use/.test(line))) throw portTaken(openedLast(log), broker)
  throw brokerStartFault({ broker, log, configFile: options.configFile, config, ...started })
}

/**
 * The user's file with what our run needs after it, so that line numbers stay: the log on stdout, and, for
 * root, no change of user; Mosquitto would become another one that cannot read keys of mode 0600.
 */
async function runnable(options: BrokerStart, config: string): Promise<string> {
  const file = join(options.folder, `${basename(options.configFile)}.run`)
  const log = options.measured
    ? ['log_type error', 'log_type warning', 'connection_messages false']
    : ['connection_messages true']
  const more = ['log_dest stdout', ...log, ...(process.getuid?.() === 0 ? ['user root'] : [])]
  await writeFile(file, `${config}${config.endsWith('\n') ? '' : '\n'}${more.join('\n')}\n`, { mode: 0o600 })
  return file
}

function openedLast(log: readonly string[]): string {
  const opened = log.flatMap((line) => /Opening \S+ listen socket on port (\d+)/.exec(line)?.[1] ?? [])
  return opened.at(-1) ?? '?'
}

function sightOf({ address, port, username }: ConnectedLine, lines: readonly string[]): Omit<Sight, 'evidence'> {
  const negotiated = lines.some((line) => line.includes(`${address}:${port} negotiated `))
  return { address, port, username, tls: negotiated ? true : undefined }
}

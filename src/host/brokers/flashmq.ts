import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseLoggedIn } from '../../brokers/flashmq/logged-in-line.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { older } from '../../kernel/version.js'
import { portTaken, requireFree } from '../net/ports.js'
import { startChild } from '../process/children.js'
import { serving } from '../process/readiness.js'
import { runProgram } from '../process/run-program.js'
import type { BrokerDriver, BrokerFacts, BrokerStart, RunningBroker } from '../types.js'
import { findNamed } from './find-named.js'
import { loggedBroker } from './logged-broker.js'
import type { MakeDriver } from './make-driver.js'
import { brokerStartFault } from './start-fault.js'

const startWithinMs = 10_000
/** How long it is given, once it listens, to say that all is open. */
const settleMs = 500

const hints = [
  'name the program with --broker-bin or FLASHMQ_BIN',
  'packages and sources: https://www.flashmq.org/download/',
]

export const makeDriver: MakeDriver = async ({ program }) =>
  flashmqDriver((await findNamed({ variable: 'FLASHMQ_BIN', file: 'flashmq', images: false, hints }, program)).program)

/** FlashMQ, one process that reads one file; its log has what it saw of a client, without the port. */
function flashmqDriver(program: string): BrokerDriver {
  let asked: Promise<BrokerFacts> | undefined
  const facts = () => {
    asked ??= flashmqFacts(program)
    return asked
  }
  return { kind: 'flashmq', facts, start: async (options) => start(program, (await facts()).version, options) }
}

/** @throws Fault MP-BROKER (exit 3) when the program does not answer as FlashMQ does */
async function flashmqFacts(program: string): Promise<BrokerFacts> {
  const { stdout, stderr } = await runProgram(program, ['--version'])
  const version = /^FlashMQ Version (\d+\.\d+\.\d+)/m.exec(stdout)?.[1]
  if (version === undefined) {
    const said = (stderr || stdout).trim().split('\n')[0] ?? ''
    throw new Fault('MP-BROKER', `${program} does not answer "--version" as FlashMQ does: ${said}`, {
      exit: EXIT.environment,
      hints,
    })
  }
  return {
    kind: 'flashmq',
    program,
    version,
    proxy: older(version, '1.1') ? [] : [2],
    mqtt: ['3.1', '3.1.1', '5.0'],
    askedBy: 'flashmq --version',
  }
}

async function start(program: string, version: string, options: BrokerStart): Promise<RunningBroker> {
  const broker = `flashmq ${version}`
  await requireFree(options.listeners, 'FlashMQ', true)
  const config = await readFile(options.configFile, 'utf8')
  const file = join(options.folder, `${basename(options.configFile)}.run`)
  await writeFile(file, runnable(config), { mode: 0o600 })
  const child = await startChild({
    name: broker,
    program,
    args: ['--config-file', file],
    cwd: options.folder,
    stopWithinMs: 3000,
  })
  const { listeners, signal, withinMs = startWithinMs } = options
  const started = await serving({ listeners, withinMs, signal, alive: child.alive, stop: child.stop })
  // A port of its file that is taken ends it a moment after the others were opened.
  if (started.ready) await child.log.waitFor((line) => line.includes('Adding timers'), settleMs)
  if (started.ready && child.alive())
    return loggedBroker(child, parseLoggedIn, ({ address, username }) => ({
      address,
      port: undefined,
      username,
      tls: undefined,
    }))
  const log = child.log.lines().filter((line) => !line.includes('Setting ulimit nofile failed'))
  const taken = log
    .map((line) => /:(\d+) failed: Address already in use/.exec(line)?.[1])
    .find((one) => one !== undefined)
  if (taken !== undefined) throw portTaken(taken, broker)
  throw brokerStartFault({ broker, log, configFile: options.configFile, config, ...(!started.ready && started) })
}

/** The user's file, line for line, but that it logs to stdout who logs in, and keeps nothing on disk. */
function runnable(config: string): string {
  const lines = config
    .split('\n')
    .map((line) => (/^\s*(?:log_file|log_level|log_debug|quiet|storage_dir)\s/.test(line) ? `# ${line}` : line))
  return `${lines.join('\n').replace(/\n*$/, '\n')}log_level notice\n`
}

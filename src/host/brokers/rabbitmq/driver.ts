import { Fault } from '../../../kernel/errors.js'
import { EXIT } from '../../../kernel/exit.js'
import { makeWorkdir } from '../../files/workdir.js'
import { findProgram } from '../../process/programs.js'
import { type Finished, runProgram } from '../../process/run-program.js'
import type { BrokerDriver, BrokerFacts } from '../../types.js'
import { startPortMapper } from '../erlang-epmd.js'
import { startInTurn } from '../lending.js'
import type { MakeDriver } from '../make-driver.js'
import { Spares, shapeOf } from '../spares.js'
import { scriptEnvironment } from './environment.js'
import { startWithinMs } from './node.js'
import { belonging, type RabbitmqPrograms } from './programs.js'
import { startRabbitmq } from './start.js'

export const makeDriver: MakeDriver = async ({ program, cache }) => {
  const chosen = { ...(program !== undefined && { chosen: program }), ...(cache !== undefined && { cache }) }
  return rabbitmqDriver((await findProgram('rabbitmq', chosen)).program)
}

/** RabbitMQ with its MQTT plugin, as a private node: its own name server, data folder, cookie and loopback ports. */
function rabbitmqDriver(program: string): BrokerDriver {
  const spares = new Spares()
  return {
    kind: 'rabbitmq',
    facts: async () => (await rabbitmqFacts(program)).facts,
    start: async (options) => {
      const { facts, programs } = await rabbitmqFacts(program)
      return startInTurn(options, spares, () => startRabbitmq(programs, facts.version, options, spares))
    },
    spare: (config, listeners, wait) => spares.take(shapeOf(config, listeners), wait),
    close: () => spares.close(),
  }
}

interface Known {
  readonly facts: BrokerFacts
  readonly programs: RabbitmqPrograms
}

/** Asking starts an Erlang machine, seconds on a busy host: once a program is enough. */
const asked = new Map<string, Promise<Known>>()

function rabbitmqFacts(program: string): Promise<Known> {
  const known = asked.get(program) ?? ask(program)
  asked.set(program, known)
  known.catch(() => asked.delete(program))
  return known
}

async function ask(program: string): Promise<Known> {
  const programs = await belonging(program)
  const { stdout, stderr } = await askVersion(programs)
  const version = /^(\d+\.\d+\.\d+)/m.exec(stdout)?.[1]
  if (version === undefined) {
    throw new Fault('MP-BROKER', `${programs.ctl} does not answer "version": ${stderr.trim().split('\n')[0] ?? ''}`, {
      exit: EXIT.environment,
      hints: [
        'name the rabbitmq-server program with --broker-bin or RABBITMQ_BIN',
        'or: mqtt-proxy tools install rabbitmq',
      ],
    })
  }
  const facts: BrokerFacts = {
    kind: 'rabbitmq',
    program,
    version,
    // Since 3.7, both, distinguished by the bytes; no program can be asked for this.
    proxy: [1, 2],
    mqtt: speaksMqtt5(version) ? ['3.1', '3.1.1', '5.0'] : ['3.1', '3.1.1'],
    askedBy: 'rabbitmqctl version',
  }
  return { facts, programs }
}

async function askVersion(programs: RabbitmqPrograms): Promise<Finished> {
  const home = await makeWorkdir('ask')
  const mapper = await startPortMapper(programs.epmd, home.path)
  try {
    const env = scriptEnvironment(mapper)
    return await runProgram(programs.ctl, ['version'], { env, cwd: home.path, timeoutMs: startWithinMs })
  } finally {
    await mapper.child.stop()
    await home.remove()
  }
}

/** The MQTT plugin speaks 5.0 since 3.13. */
function speaksMqtt5(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 13)
}

import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { findProgram, isExecutable } from '../process/programs.js'
import type { BrokerDriver, BrokerKind } from '../types.js'

export interface DriverOptions {
  /** `--broker-bin`: a program, a release line (`2.1`), or for VerneMQ a container image. */
  readonly program?: string
  readonly cache?: string
}

export const BROKER_KINDS: readonly BrokerKind[] = ['embedded', 'mosquitto', 'vernemq', 'rabbitmq']

/**
 * The driver of one kind of broker; only that one is loaded.
 * @throws Fault MP-NO-PROGRAM (exit 3) when its program is nowhere
 */
export async function driverFor(kind: BrokerKind, options: DriverOptions = {}): Promise<BrokerDriver> {
  const chosen = {
    ...(options.program !== undefined && { chosen: options.program }),
    ...(options.cache !== undefined && { cache: options.cache }),
  }
  switch (kind) {
    case 'mosquitto': {
      const { mosquittoDriver } = await import('./mosquitto.js')
      return mosquittoDriver((await findProgram('mosquitto', chosen)).program)
    }
    case 'embedded': {
      const { embeddedDriver } = await import('./embedded.js')
      return embeddedDriver()
    }
    case 'rabbitmq': {
      const { rabbitmqDriver } = await import('./rabbitmq.js')
      return rabbitmqDriver((await findProgram('rabbitmq', chosen)).program)
    }
    case 'vernemq': {
      const { vernemqDriver } = await import('./vernemq.js')
      const { program, isImage } = await findVernemq(options.program)
      return vernemqDriver(program, isImage)
    }
  }
}

/**
 * What was named, else `VERNEMQ_BIN`, else PATH. A name that is no file but looks like `vernemq/vernemq:2.1.1` is an
 * image; a path is a program.
 */
async function findVernemq(chosen: string | undefined): Promise<{ program: string; isImage: boolean }> {
  const named = chosen ?? process.env.VERNEMQ_BIN
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return { program: named, isImage: false }
    if (/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]+)?$/.test(named)) return { program: named, isImage: true }
    throw noVernemq(`${named} is neither a program that can be run nor the name of an image`)
  }
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const program = `${folder}/vernemq`
    if (folder !== '' && (await isExecutable(program))) return { program, isImage: false }
  }
  throw noVernemq('vernemq was found neither by --broker-bin, VERNEMQ_BIN, nor on PATH')
}

function noVernemq(why: string): Fault {
  return new Fault('MP-NO-PROGRAM', why, {
    exit: EXIT.environment,
    hints: [
      'name bin/vernemq of an unpacked release: --broker-bin ./vernemq/bin/vernemq',
      'or the container image, whose license you accept by that: --broker-bin vernemq/vernemq:2.1.1',
    ],
  })
}

import { Fault } from '../../errors.js'
import { EXIT } from '../../exit.js'
import { findProgram } from '../programs.js'
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
    default:
      throw new Fault('MP-BROKER', `there is no driver for ${kind} yet`, { exit: EXIT.environment })
  }
}

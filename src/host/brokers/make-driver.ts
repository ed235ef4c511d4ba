import type { BrokerDriver } from '../types.js'

export interface DriverOptions {
  /** `--broker-bin`: a program, a release line (`2.1`), or for some kinds a container image. */
  readonly program?: string
  readonly cache?: string
}

/** Finds the program of a broker and makes its driver. */
export type MakeDriver = (options: DriverOptions) => Promise<BrokerDriver>

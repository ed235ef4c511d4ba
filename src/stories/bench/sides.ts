import type { LoadProgram } from '../../host/load/cpu.js'
import type { WayIn } from '../../host/load/way-in.js'

/** Something that a load is pointed at. */
export interface LoadSide {
  /** `proxy-tls`, `direct`, `127.0.0.1:1884`. */
  readonly name: string
  /** @throws Fault of the programs that have to be started */
  open(): Promise<OpenSide>
}

export interface OpenSide {
  readonly way: WayIn
  /** What was started for it, with names that merge. */
  readonly programs: readonly LoadProgram[]
  close(): Promise<void>
}

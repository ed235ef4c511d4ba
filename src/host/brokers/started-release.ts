import { readFile } from 'node:fs/promises'
import { requireFree } from '../net/ports.js'
import { serving } from '../process/readiness.js'
import type { BrokerStart } from '../types.js'
import { brokerStartFault } from './start-fault.js'

/** A broker that runs from an unpacked release or a container image, as its driver started it. */
export interface StartedRelease {
  readonly what: string
  readonly pid: number
  /** Why it does not start, in its own words, where it can be asked. */
  whyNot?(): Promise<readonly string[]>
  log(): readonly string[]
  alive(): boolean
  stop(): Promise<void>
}

export interface ReleaseStart<Started extends StartedRelease> {
  /** `EMQX`. */
  readonly name: string
  readonly version: string
  /** Milliseconds, where the caller gives no other time. */
  readonly usuallyWithinMs: number
  readonly start: () => Promise<Started>
}

/**
 * Starts it, and waits until its listeners are open. Gives its configuration beside it.
 * @throws Fault MP-PORT-TAKEN, MP-BROKER-START (exit 3), with what it said itself; it is ended then
 */
export async function startRelease<Started extends StartedRelease>(
  { name, version, usuallyWithinMs, start }: ReleaseStart<Started>,
  options: BrokerStart,
): Promise<{ readonly broker: Started; readonly config: string; readonly fault: (more: readonly string[]) => Error }> {
  await requireFree(options.listeners, name)
  const config = await readFile(options.configFile, 'utf8')
  const broker = await start()
  const { listeners, signal, withinMs = usuallyWithinMs } = options
  const failure = { broker: `${name} ${version}`, configFile: options.configFile, config }
  let reason: readonly string[] = []
  const stop = async () => {
    // Only while its folder is there can it be asked.
    if (!broker.alive()) reason = (await broker.whyNot?.()) ?? []
    await broker.stop()
  }
  const started = await serving({ listeners, withinMs, signal, alive: broker.alive, stop })
  if (!started.ready) throw brokerStartFault({ ...failure, log: [...reason, ...broker.log()], ...started })
  return { broker, config, fault: (more) => brokerStartFault({ ...failure, log: [...broker.log(), ...more] }) }
}

import { readFile } from 'node:fs/promises'
import type { BrokerStart, RunningBroker, Spare } from '../types.js'
import { type Spares, shapeOf } from './spares.js'

/** A broker that runs in a folder of its own, and how to find out whether its clients left something in it. */
export interface Lendable {
  /** What it is for one user of it, from now on; `end` when that user is done. */
  open(): { readonly broker: RunningBroker; end(): void }
  isEmpty(): Promise<boolean>
  alive(): boolean
  stop(): Promise<void>
}

/** Lends a broker to its starter; if it is released empty, it waits among the spares for the next one. */
export function lend(lendable: Lendable, config: string, { listeners }: BrokerStart, spares: Spares): RunningBroker {
  const shape = shapeOf(config, listeners)
  const spare: Spare = { listeners, alive: lendable.alive, stop: lendable.stop, lend: () => lentOut() }
  const lentOut = (): RunningBroker => {
    const { broker, end } = lendable.open()
    let over = false
    const stop = async () => {
      if (!over) spares.left(shape)
      over = true
      end()
      await lendable.stop()
    }
    const release = async () => {
      if (over) return
      const empty = lendable.alive() && (await lendable.isEmpty())
      if (!empty) return await stop()
      over = true
      end()
      await spares.give(shape, spare)
    }
    return { ...broker, stop, release }
  }
  return lentOut()
}

/** Starts one after `Spares.take` had none; its place among those in use is free again when it does not come to be lent. */
export async function startInTurn(
  options: BrokerStart,
  spares: Spares,
  start: () => Promise<RunningBroker>,
): Promise<RunningBroker> {
  if (options.lend !== true) return await start()
  const free = async () => spares.left(shapeOf(await readFile(options.configFile, 'utf8'), options.listeners))
  try {
    const broker = await start()
    if (broker.release === undefined) await free()
    return broker
  } catch (error) {
    await free()
    throw error
  }
}

import type { LoadGenerator } from '../kernel/load-figures.js'

export interface Generated {
  /** Share of the time in which the generator had something to do: 0 to 1. */
  readonly busy: number
  readonly lagP99Ms: number
  /** `undefined`: as many as come through. */
  readonly wanted: number | undefined
  readonly planned: number
  readonly started: number
}

/** A timer of Node.js is late by a millisecond or two; what waits longer waits for the generator. */
const lateMs = 10
const full = 0.95

/** Whether what was measured is the generator rather than what it was pointed at. */
export function generatorOf({ busy, lagP99Ms, wanted, planned, started }: Generated): LoadGenerator {
  const base = { busy: round(busy), lagP99Ms: round(lagP99Ms) }
  const percent = `${Math.round(busy * 100)} %`
  if (busy >= full && wanted === undefined) {
    return {
      ...base,
      limited: `it was busy ${percent} of the time: the target may bear more than it can send and read`,
    }
  }
  if (wanted === undefined) return base
  if (started < planned * 0.99) {
    return {
      ...base,
      limited: `it began ${started} of ${planned} starts that were due: it cannot do ${wanted} a second`,
    }
  }
  if (lagP99Ms > lateMs) {
    return {
      ...base,
      limited: `1 of 100 starts was ${Number(lagP99Ms.toPrecision(3))} ms late or more: the latencies hold its own delay`,
    }
  }
  if (busy >= full) return { ...base, limited: `it was busy ${percent} of the time: its own delay is in the latencies` }
  return base
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

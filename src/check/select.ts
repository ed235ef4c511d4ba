import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { findCheck } from '../scenarios/find.js'
import { scenarios } from '../scenarios/table.js'
import type { Scenario } from '../scenarios/types.js'

/** Scenarios with the rows that were asked for; `undefined`: all rows. */
export type Selection = readonly { readonly scenario: Scenario; readonly rows: ReadonlySet<string> | undefined }[]

/**
 * `proxy-mtls`, `6`, `proxy-mtls/no-certificate`; nothing: everything, in the order of the table.
 * @throws Fault MP-SCENARIO-UNKNOWN, MP-CHECK-UNKNOWN (exit 2) with the nearest name
 */
export function select(texts: readonly string[]): Selection {
  const wanted = new Map<Scenario, Set<string> | undefined>()
  for (const text of texts) {
    const { scenario, row } = findCheck(text)
    const rows = wanted.get(scenario)
    if (row === undefined) wanted.set(scenario, undefined)
    else if (!wanted.has(scenario)) wanted.set(scenario, new Set([row.id]))
    else rows?.add(row.id)
  }
  const chosen = texts.length === 0 ? scenarios : scenarios.filter((one) => wanted.has(one))
  return chosen.map((scenario) => ({ scenario, rows: wanted.get(scenario) }))
}

/** A group of the user's own files by its id, with the rows that were asked for; `undefined`: all rows. */
export interface OwnName {
  readonly id: string
  readonly rows: ReadonlySet<string> | undefined
}

/** `proxy`, `no-route/reaches-a-listener`: whether there is such a thing only the files can say. */
export function ownNames(texts: readonly string[]): readonly OwnName[] {
  const wanted = new Map<string, Set<string> | undefined>()
  for (const text of texts) {
    const at = text.indexOf('/')
    const name = at < 0 ? text : text.slice(0, at)
    const id = scenarios.find((one) => String(one.number) === name)?.id ?? name.toLowerCase()
    if (at < 0) wanted.set(id, undefined)
    else if (!wanted.has(id)) wanted.set(id, new Set([text.slice(at + 1)]))
    else wanted.get(id)?.add(text.slice(at + 1))
  }
  return [...wanted].map(([id, rows]) => ({ id, rows }))
}

export interface Shard {
  /** 1..count */
  readonly index: number
  readonly count: number
}

/** @throws Fault MP-SHARD (exit 2) */
export function parseShard(text: string): Shard {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text)
  const shard = { index: Number(match?.[1]), count: Number(match?.[2]) }
  if (match !== null && shard.index >= 1 && shard.index <= shard.count) return shard
  throw new Fault('MP-SHARD', `"${text}" is not a valid shard`, { exit: EXIT.usage, hints: ['write 1/3, 2/3 and 3/3'] })
}

/** Whether this shard runs the thing of that id. Adding others moves none. */
export function inShard(id: string, shard: Shard | undefined): boolean {
  if (shard === undefined) return true
  let hash = 0x811c9dc5
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash % shard.count === shard.index - 1
}

/** What a shard is stable by: a scenario, or `behaviour/NAME`, with the programs as they were asked for. */
export function shardKey(
  id: string,
  haproxy: string | undefined,
  broker: { readonly kind: string; readonly program: string | undefined },
): string {
  return `${id} ${haproxy ?? ''} ${broker.kind} ${broker.program ?? ''}`
}

import type { Listener } from '../brokers/listener.js'
import type { Span } from '../config/span.js'
import type { Likely } from '../kernel/result.js'
import { idleTimers } from '../path/idle.js'
import type { Mismatch, MismatchKind } from '../path/mismatch.js'
import type { ConnectionPath } from '../path/model.js'
import type { OutcomeRow, Scenario } from '../scenarios/types.js'
import { inferScenario, sameMeaning } from './infer.js'
import { modelOf } from './model.js'
import type { Pair } from './pair.js'
import type { Way } from './ways.js'

/** What is judged: the way, and the scenario where the user named one instead of leaving it to the files. */
export interface Suspect {
  readonly pair: Pair
  readonly way: Way | undefined
  readonly named: Scenario | undefined
}

/**
 * The lines that explain why a row failed: the mismatches of the model of paths on this way, in the words of lint. Where
 * it finds none, a scenario that was named may be another one than that of the files.
 */
export function likelyOf(row: OutcomeRow, { pair, way, named }: Suspect): readonly Likely[] {
  const cut = cutWhileSilent(row, way)
  if (cut.length > 0) return distinct(cut)
  const all = modelOf(pair).mismatches
  const known = all.filter((one) => explains(one, row) && isOn(one, way, row))
  // What cannot work at all explains everything on its way.
  const unusable = known.filter((one) => one.unusable)
  const chosen = unusable.length > 0 ? unusable : known.length > 0 ? known : behind(all, row, way)
  return distinct(chosen.length > 0 ? chosen : anotherScenario(pair, way, named))
}

/** The timeouts on the way that are over before the client of an idle session has to speak. */
function cutWhileSilent({ attempt }: OutcomeRow, way: Way | undefined) {
  if (attempt.kind !== 'idle' || way === undefined) return []
  return way.path.legs.flatMap(idleTimers).flatMap(({ name, timeout }) => {
    if (timeout.value > attempt.keepalive * 1000) return []
    const message = `timeout ${name} of ${timeout.value / 1000} s is not longer than the keepalive of ${attempt.keepalive} s`
    return [{ at: timeout.span, message }]
  })
}

/** A listener that does not fit its way does not behave as the files want it to either when it is reached directly. */
function behind(all: readonly Mismatch[], row: OutcomeRow, way: Way | undefined): readonly Mismatch[] {
  if (way === undefined || !isDirect(row)) return []
  return all.filter((one) => isSerious(one) && one.path === way.path)
}

/** A sound pair that is not the scenario that was named for it. */
function anotherScenario(pair: Pair, way: Way | undefined, named: Scenario | undefined) {
  if (named === undefined || way?.listener === undefined) return []
  const { scenario } = inferScenario(pair, way, way.listener)
  if (sameMeaning(scenario, named)) return []
  const message = `these files fit together as another scenario: ${scenario.title}; ${named.id} is: ${named.title}`
  return [{ at: differsAt(scenario, named, way, way.listener), message }]
}

/** The line where the files part from the scenario that was named: its bind, its server or its listener. */
function differsAt(found: Scenario, named: Scenario, { entry, path }: Way, listener: Listener): Span {
  if (found.client !== named.client) return entry.bind.span
  const server = path.legs.at(-1)?.hop.server
  if (found.header !== named.header && server !== undefined) return server.header.span ?? server.span
  const same = (Object.keys(named.enforces) as (keyof typeof named.enforces)[]).every(
    (one) => found.enforces[one] === named.enforces[one],
  )
  return same ? entry.bind.span : listener.span
}

/** Everything that the model finds wrong in the files, for when a program did not even start. */
export function everyMismatch({ pair }: Pick<Suspect, 'pair'>, without: readonly MismatchKind[]): readonly Likely[] {
  const serious = modelOf(pair).mismatches.filter(isSerious)
  return distinct(serious.filter(({ kind }) => !without.includes(kind)))
}

function isSerious({ severity }: Mismatch): boolean {
  return severity === undefined || severity === 'error'
}

/** A refused client fails a check that requires acceptance; an accepted client fails one that requires refusal. */
function explains({ suffers, severity }: Mismatch, { expect }: OutcomeRow): boolean {
  if (severity === 'info' || severity === 'style') return false
  return suffers.startsWith('nobody') === (expect.outcome === 'refused')
}

function isDirect({ attempt }: OutcomeRow): boolean {
  return attempt.kind === 'connect' && attempt.to !== 'frontend'
}

function isOn({ path, listener, at, related = [] }: Mismatch, way: Way | undefined, row: OutcomeRow): boolean {
  const direct = isDirect(row)
  if (way === undefined) return !direct
  if (listener !== undefined && path === undefined) return listener === way.listener
  if (direct) return false
  if (path !== undefined) return path === way.path
  // The rule that leads to a backend shows whether it has a server that is up.
  const own = linesOf(way.path)
  return [at, ...related.map(({ span }) => span)].some((span) => own.has(keyOf(span)))
}

/** The lines that a connection of this path comes by: those of the proxies on it, with what they inherit. */
function linesOf({ entry, legs, end }: ConnectionPath): ReadonlySet<string> {
  const proxies = [
    ...(entry === undefined ? [] : [entry.proxy]),
    ...legs.flatMap(({ at, hop }) => [...(at === undefined ? [] : [at.proxy]), hop.backend]),
    ...(end.kind === 'no route' ? [end.proxy] : []),
  ]
  return new Set(
    proxies.flatMap((one) => [keyOf(one.section.header.span), ...one.effective.map((line) => keyOf(line.span))]),
  )
}

function keyOf(span: Span): string {
  return `${span.file}:${span.line}`
}

function distinct(all: readonly { readonly at: Span; readonly message: string }[]): readonly Likely[] {
  const found = all.map(({ at, message }) => ({ file: at.file, line: at.line, column: at.column, message }))
  return [...new Map(found.map((one) => [`${one.file}:${one.line} ${one.message}`, one])).values()]
}

import { inferScenario } from '../../src/check/infer.js'
import { likelyOf } from '../../src/check/likely.js'
import { modelOf } from '../../src/check/model.js'
import { noRouteScenario } from '../../src/check/no-route.js'
import type { Pair } from '../../src/check/pair.js'
import { waysOf } from '../../src/check/ways.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'
import { pairOf } from '../check/pairs.js'
import type { Way } from './agree.js'

/** What `check` would say of this way in, of a client that was or was not served there; files of one HAProxy process. */
export interface CheckVerdict {
  readonly passed: boolean
  readonly likely: readonly string[]
  /** Its clients speak as the model says that they have to. */
  readonly fits: boolean
}

export function pairFor(files: ReadonlyMap<string, string>): Pair {
  const haproxy = [...files]
    .filter(([name]) => name.endsWith('.cfg'))
    .map(([name, text]) => {
      const { document } = parseHaproxy(text, name)
      return { role: 'only' as const, documents: [document], view: viewHaproxy([document]) }
    })
  return { haproxy, brokers: pairOf('', files.get('mosquitto.conf') ?? '').brokers }
}

export function checkVerdict(pair: Pair, way: Way, served: boolean): CheckVerdict | undefined {
  const line = way.entry.bind.span
  const found = waysOf(modelOf(pair)).find(
    ({ entry: { bind } }) => bind.span.file === line.file && bind.span.line === line.line,
  )
  if (found === undefined) return undefined
  const { listener } = found
  const meant = listener === undefined ? noRouteScenario(found) : inferScenario(pair, found, listener)
  const row = meant.scenario.outcomes.find((one) => one.attempt.kind === 'connect' && one.attempt.to === 'frontend')
  if (row === undefined) return undefined
  const passed = (row.expect.outcome === 'accepted') === served
  const secure = way.client.tls === 'here' || way.client.tls === 'inner'
  const fits = (meant.scenario.client !== 'as-is') === secure
  const likely = likelyOf(row, { pair, way: found, named: undefined }).map((one) => one.message)
  return { passed, likely, fits }
}

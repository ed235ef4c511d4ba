import { describe, test } from 'vitest'
import { inferScenario } from '../../src/check/infer.js'
import { everyMismatch, likelyOf } from '../../src/check/likely.js'
import { needsLogin } from '../../src/check/login.js'
import { modelOf, unreadOf } from '../../src/check/model.js'
import { endText, noRouteScenario, whyNotJudged } from '../../src/check/no-route.js'
import { ownRows } from '../../src/check/own-rows.js'
import { paceOf } from '../../src/check/pace.js'
import type { Pair } from '../../src/check/pair.js'
import { usualClient, type Way, waysOf } from '../../src/check/ways.js'
import { formatEndpoint } from '../../src/kernel/address.js'
import type { Likely } from '../../src/kernel/result.js'
import { findScenario } from '../../src/scenarios/find.js'
import type { Expected, OutcomeRow, Scenario } from '../../src/scenarios/types.js'
import { recordedIn } from '../recorded-text.js'
import { pairTexts } from './pair-texts.js'
import { pairOf } from './pairs.js'

function expectedText(expect: Expected): string {
  if (expect.outcome === 'refused') return `refused by ${expect.by.join(' or ')}`
  if (expect.saw === undefined) return 'accepted'
  const { address, tls, username } = expect.saw
  return [`accepted as ${address}`, tls === true && 'with TLS', username !== undefined && `named ${username}`]
    .filter(Boolean)
    .join(' ')
}

/** Rows with the same value stand together. */
function grouped(rows: readonly OutcomeRow[], keyOf: (row: OutcomeRow) => string): string[] {
  const by = new Map<string, string[]>()
  for (const row of rows) by.set(keyOf(row), [...(by.get(keyOf(row)) ?? []), row.id])
  return [...by].map(([value, ids]) => `${value}: ${ids.join(' ')}`)
}

const likelyText = (all: readonly Likely[]) =>
  all.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join(' + ')

function scenarioLines({ id, number, title, client, header, enforces, topology, outcomes }: Scenario): string[] {
  const wants = Object.entries(enforces).flatMap(([name, is]) => (is ? [name] : []))
  return [
    `is ${id} (${number}) "${title}": client ${client}, header ${header}, topology ${topology}, enforces [${wants.join(' ')}]`,
    ...grouped(outcomes, ({ expect }) => expectedText(expect)).map((one) => `  ${one}`),
  ]
}

function wayLines(pair: Pair, way: Way, whole: boolean): string[] {
  const { protocol, encrypted } = usualClient(way.path, way.endpoint)
  const inferred = way.listener === undefined ? noRouteScenario(way) : inferScenario(pair, way, way.listener)
  const { scenario, transport, assumed } = inferred
  const all = [...scenario.outcomes, ...ownRows(modelOf(pair), way)]
  const likely = (named: Scenario | undefined) =>
    grouped(all, (row) => likelyText(likelyOf(row, { pair, way, named }))).filter((one) => !one.startsWith(':'))
  const other = likely(findScenario('proxy-tls')).filter((one) => !likely(undefined).includes(one))
  const { together, clients, apart, everyMs, because } = paceOf(way)
  return [
    `way in at ${formatEndpoint(way.endpoint)}: ${endText(way)}; a client speaks ${encrypted ? 'TLS and ' : ''}${protocol}`,
    ...(whyNotJudged(way) === undefined ? [] : [`${whyNotJudged(way)}`]),
    ...(needsLogin(pair, way) ? ['clients need a name and a password'] : []),
    ...scenarioLines(scenario).slice(0, whole ? undefined : 1),
    `over ${transport}${assumed.map((one) => `; assumed: ${one}`).join('')}`,
    ...ownRows(modelOf(pair), way).map((row) => `${row.id}: ${row.title} ${JSON.stringify(row.attempt)}`),
    `${together} at once, ${clients} clients${apart ? ', apart' : ''}, every ${everyMs} ms [${because.join('; ')}]`,
    ...likely(undefined).map((one) => `likely ${one}`),
    ...(whole ? other : []).map((one) => `likely, as proxy-tls, ${one}`),
  ]
}

describe.each(Object.keys(pairTexts))('what is made of pairs: %s', (group) => {
  const recorded = recordedIn(new URL(`recorded/${group}.txt`, import.meta.url))

  test.each(Object.entries(pairTexts[group] ?? {}))('%s', (name, { haproxy, broker }) => {
    const pair = pairOf(haproxy, broker)
    const ways = waysOf(modelOf(pair)).map((way) =>
      wayLines(pair, way, group === 'sound' || group === 'broken').join('\n'),
    )
    const wrong = likelyText(everyMismatch({ pair }, ['no-login']))
    const unread = unreadOf(pair).map((one) => `not read: ${one.what} ${one.name} at ${one.span.file}:${one.span.line}`)
    recorded.expect(name, [...ways, ...unread, ...(wrong === '' ? [] : [`in all: ${wrong}`])].join('\n'))
  })
})

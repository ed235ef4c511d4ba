import { formatEndpoint } from '../kernel/address.js'
import { scenarios } from '../scenarios/table.js'
import type { OutcomeRow, Scenario } from '../scenarios/types.js'
import type { Inferred } from './infer.js'
import type { Way } from './ways.js'

/** The id of a group whose way in ends at no listener of the given files. */
export const noRouteId = 'no-route'

/** The row that says so. */
export const noRouteRow = 'reaches-a-listener'

/** Why a way is not judged: no given file says what is at its end. `undefined`: it is judged. */
export function whyNotJudged({ path: { end } }: Way): string | undefined {
  if (end.kind === 'elsewhere') {
    return `not judged: no given file describes what listens at ${formatEndpoint(end.endpoint)}`
  }
  // A check has all files of the process: a backend that is in none of them is one that HAProxy refuses.
  return end.kind === 'unread' && end.backend === undefined ? `not judged: ${end.why}` : undefined
}

/** Where a way ends that reaches no listener, in words. */
export function endText({ path: { end } }: Way): string {
  switch (end.kind) {
    case 'listener':
      return `it ends at ${formatEndpoint(end.listener.endpoint)}`
    case 'elsewhere':
      return `it leads to ${formatEndpoint(end.endpoint)}, which no given file describes`
    case 'nowhere':
      return `it leads to ${formatEndpoint(end.endpoint)}, where no listener of the given files is`
    case 'no route':
      return `${end.proxy.kind} ${end.proxy.name} leads to no server that is up`
    case 'loop':
      return `it leads back to ${end.at.proxy.kind} ${end.at.proxy.name}`
    case 'unread':
      return end.why
  }
}

/**
 * What is expected of a way that reaches no listener: that it reaches one. There is nothing to compare with, so nothing is
 * guessed about what the broker should have seen.
 */
export function noRouteScenario(way: Way): Inferred {
  const base = scenarios.find((one) => one.id === 'tcp')
  if (base === undefined) throw new Error('the table has no tcp')
  const configs = base.outcomes.filter((row) => row.attempt.kind === 'configs')
  const row: OutcomeRow = {
    id: noRouteRow,
    title: `clients of bind ${way.entry.bind.address.text} reach a listener of the broker`,
    level: 'must',
    requirement: {
      text: 'A way in leads to a listener of the broker.',
      ref: 'HAProxy configuration manual 4.2, default_backend and server',
    },
    attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1' },
    expect: { outcome: 'accepted' },
  }
  const need = way.path.client
  const client = need === undefined || need.tls === 'none' || need.tls === 'through' ? 'as-is' : 'tls'
  const mutual = client === 'tls' && need?.certificate === 'required'
  const scenario: Scenario = {
    ...base,
    title: `no way from bind ${way.entry.bind.address.text} to a listener`,
    number: undefined,
    client: mutual ? 'mtls' : client,
    outcomes: [...configs, row],
  }
  const transport = need?.protocol === 'websocket' ? 'ws' : 'tcp'
  return { scenario, transport, assumed: [] }
}

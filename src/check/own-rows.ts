import { parseDuration } from '../config/haproxy/duration.js'
import type { PathModel } from '../path/index.js'
import { revokedRow } from '../scenarios/refusals.js'
import type { OutcomeRow } from '../scenarios/types.js'
import { routeRows } from './route-rows.js'
import type { Way } from './ways.js'

/** The rows of a scenario that the user's own files claim: without a list of revoked certificates nobody is refused by one. */
export function rowsHere(rows: readonly OutcomeRow[], way: Way | undefined): readonly OutcomeRow[] {
  const listed = way?.entry.bind.keywords.some(({ name }) => name === 'crl-file') ?? false
  return listed ? rows : rows.filter(({ id }) => id !== revokedRow)
}

/** What is asked of the user's own files beside the rows of a scenario. */
export function ownRows(model: PathModel, way: Way): readonly OutcomeRow[] {
  return [...healthRows(way), ...(way.listener === undefined ? [] : [idleRow, ...routeRows(model, way)])]
}

/** HAProxy's own verdict on the servers of this way, waited for. */
function healthRows({ paths, path }: Way): readonly OutcomeRow[] {
  const backends = new Set(path.legs.map(({ hop }) => hop.backend))
  const hops = paths.flatMap((one) => one.legs.map(({ hop }) => hop)).filter((hop) => backends.has(hop.backend))
  // Of a server that no given file describes nothing is known.
  const known = hops.filter(
    ({ targets, server }) => !server.disabled && targets.some(({ kind }) => kind !== 'elsewhere'),
  )
  const checked = known.filter(({ server }) => server.check.enabled !== undefined)
  const all = checked.length === hops.filter(({ server }) => !server.disabled).length
  if (checked.length === 0) return []
  const servers = [
    ...new Map(
      checked.map(({ backend, server }) => [
        `${backend.name}/${server.name}`,
        { backend: backend.name, server: server.name },
      ]),
    ).values(),
  ]
  return [
    {
      id: 'health-checks',
      title: `HAProxy finds ${servers.map((one) => `${one.backend}/${one.server}`).join(', ')} UP`,
      level: 'must',
      requirement: {
        text: 'A health check finds a broker that serves, and says why when it finds none.',
        ref: 'HAProxy configuration manual 5.2, check; management guide 9.3, show stat',
      },
      attempt: { kind: 'health', servers, all, withinMs: verdictMs(checked.map(({ server }) => server.check)) },
      expect: { outcome: 'accepted' },
    },
  ]
}

/** The first checks of a process are spread over one interval, each may take an interval or `timeout check` long, and two count. */
function verdictMs(checks: readonly { readonly inter: { readonly value: string } | undefined }[]): number {
  const intervals = checks.map(({ inter }) => (inter === undefined ? 2000 : (parseDuration(inter.value) ?? 2000)))
  return Math.min(60_000, 4 * Math.max(...intervals) + 8000)
}

/** Seconds. A pair that cuts a client within its keepalive cuts everybody who has nothing to say. */
const shortKeepalive = 2
const silence = 1

const idleRow: OutcomeRow = {
  id: 'idle-session',
  title: `a session with a keepalive of ${shortKeepalive} s stays open while it says nothing for ${silence} s`,
  level: 'must',
  requirement: {
    text: 'A client may be silent for its keepalive; HAProxy counts its own time.',
    ref: 'HAProxy configuration manual 4.2, timeout client; MQTT-3.1.2-22',
  },
  attempt: { kind: 'idle', keepalive: shortKeepalive, seconds: silence, mqtt: '3.1.1' },
  expect: { outcome: 'accepted' },
}

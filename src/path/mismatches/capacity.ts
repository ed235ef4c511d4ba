import { formatEndpoint } from '../../kernel/address.js'
import type { FrontendCapacity, Room } from '../capacity.js'
import type { FoundMismatch, Judge } from '../mismatch.js'

/** Fewer connections than these no HAProxy takes, whatever the limits of its service are. */
const fewest = 450

export const tooFewPorts: Judge = {
  evidence:
    'HAProxy 3.2.26 on Linux with "source 127.0.0.1:40000-40002" towards one server: the fourth client fails, SC in the log, "Cannot bind to source address"; without source there are 28,232 ports for one server address.',
  *find({ capacities, carriers }) {
    for (const { frontends, maxconn } of capacities) {
      for (const one of frontends) {
        if (!carriers.has(one.proxy) || one.proxy.conditional || one.room === undefined) continue
        const { connections } = one.room
        const wanted = one.takes?.value ?? (connections < fewest ? Number.POSITIVE_INFINITY : 0)
        if (wanted > connections) yield fewPorts(one, one.room, one.takes === maxconn)
      }
    }
  },
}

function fewPorts(
  { proxy, takes, hops }: FrontendCapacity,
  { connections, pools }: Room,
  global: boolean,
): FoundMismatch {
  const limit = pools.find((one) => one.written !== undefined)?.written
  const servers = pools.map(({ server }) => formatEndpoint(server.endpoint))
  const some = [...new Set(servers)].slice(0, 3).join(', ')
  const [first] = hops
  const much = takes === undefined ? 'as many clients as HAProxy can' : `up to ${takes.value} clients`
  return {
    at: takes?.span ?? limit?.span ?? proxy.section.header.span,
    suffers: 'every client',
    // Other frontends may need the global limit.
    ...(takes !== undefined && global && hops[0]?.haproxy.proxies.some((one) => one.mode.value === 'http') === true
      ? { severity: 'info' as const }
      : {}),
    message: `${proxy.kind} "${proxy.name}" takes ${much}, and there are ${connections} source ports towards ${some}: client number ${connections + 1} fails`,
    related: [
      ...(limit === undefined ? [] : [{ span: limit.span, message: 'source limits the ports' }]),
      ...(first === undefined ? [] : [{ span: first.server.span, message: 'each of its connections takes a port' }]),
    ],
    remedy: {
      text: 'several servers or addresses of the broker, several "source" addresses, or a unix socket; or a smaller maxconn',
    },
  }
}

export const tooFewDescriptors: Judge = {
  evidence:
    'HAProxy 2.6, 3.2 and 3.4: maxconn 20000 wants 40,017 descriptors and 5000 wants 10,017; with fd-hard-limit below that "Cannot raise FD limit" ends the start, with ulimit-n below it "FD limit too low"; haproxy -c ends 0.',
  *find({ capacities, carriers }) {
    for (const { haproxy, maxconn, descriptors } of capacities) {
      const { wanted, hardLimit, asked } = descriptors
      if (maxconn === undefined || wanted === undefined || !haproxy.proxies.some((one) => carriers.has(one))) continue
      const limit = hardLimit !== undefined && hardLimit.value < wanted ? hardLimit : asked
      if (limit === undefined || limit.value >= wanted) continue
      const hard = limit === hardLimit
      const fits = Math.max(1, Math.floor((limit.value - (wanted - 2 * maxconn.value)) / 2))
      yield {
        at: limit.span,
        suffers: 'every client',
        severity: hard ? 'error' : 'warning',
        message: `maxconn ${maxconn.value} wants ${wanted} file descriptors and more, and ${hard ? 'fd-hard-limit' : 'ulimit-n'} allows ${limit.value}: HAProxy ${hard ? 'does not start' : 'does not start where its service has no more by itself'}`,
        related: [{ span: maxconn.span, message: 'two descriptors for each connection' }],
        remedy: { text: `${hard ? 'fd-hard-limit' : 'no ulimit-n, or'} ${wanted + 100}, or maxconn ${fits}` },
      }
    }
  },
}

import type { Listener } from '../brokers/listener.js'
import type { Span } from '../config/span.js'
import { formatPlace } from '../kernel/errors.js'
import type { DoctorItem } from '../kernel/result.js'
import { type Capacity, capacityOf, usualPorts } from '../path/capacity.js'
import type { PathModel } from '../path/index.js'
import { bytesPerSession, silenceFactor, spareDescriptors } from './constants.js'

/** What the machine has on which both programs are to run; undefined: not known. */
interface PlannedMachine {
  readonly openFiles: number | undefined
  readonly clientPorts: readonly [first: number, last: number] | undefined
  /** Bytes. */
  readonly memory: number | undefined
}

export interface PlanInput {
  /** Sessions at the same time. */
  readonly clients: number
  /** Seconds. */
  readonly keepalive: number
  /** What clients speak with HAProxy; where files are given, they say it. */
  readonly transport: 'plain' | 'tls' | 'mtls'
  readonly model: PathModel | undefined
  /** Undefined: the plan is for another machine. */
  readonly machine: PlannedMachine | undefined
}

/** What every layer needs for that many sessions, what it has as far as that is known, and what to change. */
export function planItems(input: PlanInput): DoctorItem[] {
  const capacities = capacitiesOf(input.model)
  return [
    ...maxconn(input, capacities),
    ...descriptors(input, capacities),
    ...ports(input, capacities),
    ...broker(input),
    ...memory(input),
    ...silence(input),
    ...reload(input),
  ]
}

function capacitiesOf(model: PathModel | undefined): readonly Capacity[] {
  if (model === undefined) return []
  const { haproxies, topology } = model
  return haproxies.map((one) =>
    capacityOf(
      one,
      topology.hops.filter(({ haproxy }) => haproxy === one),
    ),
  )
}

function maxconn({ clients }: PlanInput, capacities: readonly Capacity[]): DoctorItem[] {
  const change = [`global: maxconn ${clients + clients / 10}`.replace(/\.\d+$/, '')]
  if (capacities.length === 0) return [open('haproxy maxconn', `${count(clients)} connections at one time`, change)]
  return capacities.map(({ haproxy, maxconn: global, frontends }) => {
    const own = frontends.map(({ takes }) => takes).filter((one) => one !== undefined)
    const least = own.reduce((a, b) => (b.value < a.value ? b : a), own[0] ?? { value: Number.NaN, span: undefined })
    const file = haproxy.documents[0]?.file ?? 'haproxy.cfg'
    const limit = least.span === undefined ? global : least
    if (limit?.span === undefined) {
      return open('haproxy maxconn', `${file} sets none: HAProxy takes what its limit of open files allows`, change)
    }
    const text = `${count(limit.value)} at ${place(limit.span)}, for ${count(clients)} clients`
    return limit.value >= clients ? fine('haproxy maxconn', text) : wrong('haproxy maxconn', text, change)
  })
}

function descriptors({ clients, machine }: PlanInput, capacities: readonly Capacity[]): DoctorItem[] {
  const least = 2 * clients + spareDescriptors
  const id = 'haproxy open files'
  const change = (needed: number) => [`unit of HAProxy: LimitNOFILE=${needed}`]
  const [first] = capacities
  const needed = Math.max(least, first?.descriptors.wanted ?? 0)
  const written = first?.descriptors.hardLimit ?? first?.descriptors.asked
  if (written !== undefined && written.value < needed) {
    return [
      wrong(id, `${count(needed)} are needed, ${place(written.span)} allows ${count(written.value)}`, change(needed)),
    ]
  }
  if (machine?.openFiles === undefined)
    return [open(id, `${count(needed)} are needed: two for each session`, change(needed))]
  const text = `${count(needed)} are needed, the limit here is ${count(machine.openFiles)}`
  return [machine.openFiles >= needed ? fine(id, text) : wrong(id, text, change(needed))]
}

function ports({ clients, machine }: PlanInput, capacities: readonly Capacity[]): DoctorItem[] {
  const id = 'ports to the broker'
  const range = machine?.clientPorts
  const each = range === undefined ? usualPorts : range[1] - range[0] + 1
  const pairs = Math.ceil(clients / each)
  const change = [
    `${pairs} addresses of the broker, or ${pairs} of HAProxy ("source" on ${pairs} server lines), or a unix socket`,
    'sysctl net.ipv4.ip_local_port_range="1024 65535" gives 64,512 for each pair',
  ]
  const frontends = capacities.flatMap((one) => one.frontends).filter(({ room }) => room !== undefined)
  if (frontends.length === 0) {
    const text = `${count(each)} for each pair of a source address and a server address; ${count(clients)} sessions take ${pairs}`
    return [pairs <= 1 ? fine(id, text) : open(id, text, change)]
  }
  return frontends.map(({ proxy, room }) => {
    const own = (room?.pools ?? []).map(({ ports: some, written }) => (written === undefined ? each : some))
    const all = own.reduce((sum, some) => sum + some, 0)
    const text = `${count(all)} behind ${proxy.kind} "${proxy.name}", for ${count(clients)} clients`
    return all >= clients ? fine(id, text) : wrong(id, text, change)
  })
}

function broker({ clients, machine, model }: PlanInput): DoctorItem[] {
  const needed = clients + spareDescriptors
  const id = 'broker open files'
  const change = [`unit of the broker: LimitNOFILE=${needed}`]
  const limit = machine?.openFiles
  const text = `${count(needed)} are needed: one for each session`
  const files =
    limit === undefined
      ? open(id, text, change)
      : limit >= needed
        ? fine(id, `${text}; the limit here is ${count(limit)}`)
        : wrong(id, `${text}; the limit here is ${count(limit)}`, change)
  return [files, ...(model?.topology.listeners ?? []).flatMap((one) => connectionLimit(one, clients))]
}

function connectionLimit({ limits, brokerName }: Listener, clients: number): DoctorItem[] {
  const { connections } = limits
  if (connections?.span === undefined) return []
  const text = `${count(connections.value)} at ${place(connections.span)}, for ${count(clients)} clients`
  const id = 'broker connections'
  return [
    connections.value >= clients
      ? fine(id, text)
      : wrong(id, text, [`raise the limit of ${brokerName} there to ${clients}`]),
  ]
}

function memory({ clients, transport, model, machine }: PlanInput): DoctorItem[] {
  const spoken = model === undefined ? transport : transportOf(model, transport)
  const haproxy = clients * bytesPerSession.haproxy[spoken]
  const mosquitto = clients * bytesPerSession.mosquitto
  const rows: [string, number, string][] = [
    [
      'haproxy memory',
      haproxy,
      `${spoken === 'plain' ? 'without TLS' : spoken === 'tls' ? 'with TLS' : 'with TLS and client certificates'}, for idle sessions; twice as much after a reload, until the old process ends`,
    ],
    ['broker memory', mosquitto, 'Mosquitto, a persistent session with one subscription each; queues come on top'],
  ]
  const has = machine?.memory
  const needed = 2 * haproxy + mosquitto
  const items = rows.map(([id, bytes, why]): DoctorItem => fine(id, `${megabytes(bytes)} ${why}`))
  if (has === undefined) return items
  const text = `${megabytes(has)} here, ${megabytes(needed)} are needed during a reload`
  return [
    ...items,
    has >= needed ? fine('memory', text) : wrong('memory', text, ['more memory, or fewer clients for each machine']),
  ]
}

function transportOf({ topology }: PathModel, otherwise: PlanInput['transport']): PlanInput['transport'] {
  const binds = topology.entries.map(({ bind }) => bind)
  if (binds.length === 0) return otherwise
  if (binds.some((bind) => bind.ssl !== undefined && bind.verify !== undefined)) return 'mtls'
  return binds.some((bind) => bind.ssl !== undefined) ? 'tls' : 'plain'
}

function silence({ keepalive, model }: PlanInput): DoctorItem[] {
  const needed = keepalive * silenceFactor * 1000
  const id = 'timeouts'
  const change = [`timeout client and timeout server of ${Math.ceil(needed / 1000) + 10}s or more`]
  if (model === undefined) {
    return [open(id, `a client with a keepalive of ${keepalive} s may be silent for ${needed / 1000} s`, change)]
  }
  const idle = model.paths.flatMap(({ legs }) => legs.at(-1)?.carried.idleMs ?? [])
  const shortest = Math.min(...idle)
  if (idle.length === 0) return [open(id, 'no timeout of these files is known', change)]
  const text = `HAProxy ends a session after ${shortest / 1000} s of silence; a keepalive of ${keepalive} s allows ${needed / 1000} s`
  return [shortest >= needed ? fine(id, text) : wrong(id, text, change)]
}

function reload({ clients, model }: PlanInput): DoctorItem[] {
  const id = 'reload'
  const stops = (model?.haproxies ?? []).flatMap(({ global }) => global.hardStopAfter ?? [])
  const [first] = stops
  if (first !== undefined) {
    const text = `hard-stop-after ends what is left of ${count(clients)} sessions ${first.value / 1000} s after a reload, at one moment, and all come back at once`
    const next = [
      'see it: mqtt-proxy drill reload --haproxy-config FILE --broker-config FILE',
      'without it old processes serve their sessions to the end',
    ]
    return [{ id, status: 'warning', text: `${text} (${place(first.span)})`, details: [], next }]
  }
  return [
    fine(id, `nobody is cut; old processes keep their sessions, up to ${count(clients)} each, until the clients leave`),
  ]
}

function fine(id: string, text: string): DoctorItem {
  return { id, status: 'ok', text, details: [], next: [] }
}

/** What nobody has written yet, or what is not known here: to be set. */
function open(id: string, text: string, next: readonly string[]): DoctorItem {
  return { id, status: 'warning', text, details: [], next }
}

function wrong(id: string, text: string, next: readonly string[]): DoctorItem {
  return { id, status: 'wrong', text, details: [], next }
}

function place({ file, line }: Span): string {
  return formatPlace({ file, line })
}

function count(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en-US') : 'no limit'
}

function megabytes(bytes: number): string {
  const mega = bytes / 1_000_000
  return mega >= 1000 ? `${(mega / 1000).toFixed(1)} GB` : `${Math.max(1, Math.round(mega))} MB`
}

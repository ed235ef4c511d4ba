import { type CopiedFile, copiedFile } from '../../config/copied-file.js'
import type { HaproxyDocument } from '../../config/haproxy/document.js'
import { renderHaproxy } from '../../config/haproxy/render.js'
import type { LeftOut } from '../../config/left-out.js'
import { formatSocketAddress, type SocketAddress } from '../../kernel/socket-address.js'
import type { BrokerSource, HaproxySource, Pair } from '../pair.js'
import { brokerTarget } from './broker.js'
import { relocateHaproxy, withLogging } from './haproxy.js'
import { Relocation, type SandboxOptions } from './relocation.js'

interface SandboxHaproxy {
  readonly role: HaproxySource['role']
  readonly files: readonly CopiedFile[]
  readonly listeners: readonly SocketAddress[]
  /** Where it says what its health checks find. */
  readonly stats: string | undefined
}

interface SandboxBroker {
  /** The file that the broker is started with comes first. */
  readonly files: readonly CopiedFile[]
  /** In the order of its meaning's listeners. */
  readonly listeners: readonly SocketAddress[]
}

export interface Relocated {
  readonly haproxy: readonly SandboxHaproxy[]
  readonly brokers: readonly SandboxBroker[]
  readonly relocation: Relocation
  /** What the copies do not have, or have in another form, in the order of the files. */
  readonly leftOut: readonly LeftOut[]
}

/**
 * The same programs in a sandbox: loopback ports, sockets and certificates of our own, no user, no daemon, no folders
 * or log servers of the original machine. Pure: ports are given.
 */
export function relocate(pair: Pair, options: SandboxOptions): Relocated {
  const relocation = new Relocation(pair, options)
  const haproxy = pair.haproxy.map((one) => haproxyOf(one, relocation))
  const brokers = pair.brokers.map((one, index) => brokerOf(one, index, relocation))
  // Copies of lists and password files; any process may name one, so the first to be started brings them.
  const [first, ...others] = brokers
  const data = relocation.dataFiles.map((one) => copiedFile(one.name, one.from, one.text))
  const [front, ...behind] = haproxy
  return {
    haproxy:
      first === undefined && front !== undefined
        ? [{ ...front, files: [...front.files, ...data] }, ...behind]
        : haproxy,
    brokers: first === undefined ? brokers : [{ ...first, files: [...first.files, ...data] }, ...others],
    relocation,
    leftOut: relocation.leftOut,
  }
}

/** Every key that `relocate` will ask a port for. */
export function portKeys(pair: Pair, ip: 4 | 6): readonly string[] {
  const keys = new Set<string>()
  relocate(pair, { ...plainOptions, folder: '/', ip, portOf: (key) => keys.add(key).size })
  return [...keys]
}

/** For files of our own, which name no others. */
export const plainOptions = {
  ipv6: true,
  denied: undefined,
  purpose: 'run',
  allowExec: false,
  read: () => undefined,
} as const

function haproxyOf(source: HaproxySource, to: Relocation): SandboxHaproxy {
  const prefix = source.role === 'inner' ? 'haproxy-inner' : 'haproxy'
  const stats = to.options.stats === true ? `${to.options.folder}/${prefix}.stats` : undefined
  const files = source.documents.map((document, index) => {
    const moved = relocateHaproxy(document, source.view, to, stats)
    const complete = index === 0 && to.options.purpose === 'run' ? withLogging(moved, source.view, stats) : moved
    return haproxyFile(`${prefix}${index === 0 ? '' : `-${index + 1}`}.cfg`, document.file, complete)
  })
  const listeners = source.view.proxies
    .filter((proxy) => !proxy.disabled)
    .flatMap((proxy) => proxy.binds.flatMap((bind) => bind.endpoints))
    .flatMap((endpoint) => to.place(endpoint, 'haproxy') ?? [])
  return { role: source.role, files, listeners: distinct(listeners), stats }
}

function brokerOf(source: BrokerSource, index: number, to: Relocation): SandboxBroker {
  const copies = source.copy.copy(brokerTarget(to), index === 0 ? '' : `-${index + 1}`)
  const others = source.others.map(({ name, text }) => copiedFile(name, name, text))
  const listeners = source.meaning.listeners.flatMap((one) => to.place(one.endpoint, 'broker') ?? [])
  return { files: [...copies, ...others], listeners }
}

function haproxyFile(name: string, from: string, document: HaproxyDocument): CopiedFile {
  const lines = [...document.preamble, ...document.sections.flatMap((one) => [one.header, ...one.lines])]
  return copiedFile(name, from, renderHaproxy(document), lines)
}

function distinct(places: readonly SocketAddress[]): SocketAddress[] {
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()]
}

/** Two programs of the files want one place. */
export function clashes(moved: Relocated): string[] {
  const places = [...moved.haproxy, ...moved.brokers].flatMap((one) => one.listeners.map(formatSocketAddress))
  return places.filter((place, index) => places.indexOf(place) !== index)
}

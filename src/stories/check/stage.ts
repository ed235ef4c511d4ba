import { modelOf } from '../../check/model.js'
import type { Stage } from '../../check/plan.js'
import type { Relocated } from '../../check/sandbox/relocate.js'
import { innerBind, waysOf } from '../../check/ways.js'
import type { HaproxyLine } from '../../config/haproxy/document.js'
import type { SocketAddress } from '../../kernel/socket-address.js'
import type { GroupOptions } from './group-options.js'
import type { Subject } from './sources.js'

type StageOptions = Pick<GroupOptions, 'clientAddress' | 'deniedAddress' | 'mqtt' | 'speaks' | 'login'>

/** Where clients find a scenario in its sandbox; `undefined`: no way in. */
export function stageOf(subject: Subject, moved: Relocated, options: StageOptions): Stage | undefined {
  const { way, pair, scenario, transport, ip, pace } = subject
  const main = way && moved.relocation.place(way.endpoint, 'haproxy')
  if (main === undefined || way === undefined) return undefined
  const model = modelOf(pair)
  const bySource = waysOf(model).find(({ path }) => sticksBySource(path.legs[0]?.hop.backend.lines ?? []))
  const inner = innerBind(model)?.bind.endpoints[0]
  const asked = way.path.client?.certificate === 'required' && way.path.client.tls === 'through'
  const second = ip === 4 && 'host' in main && main.host.startsWith('127.')
  return {
    scenario,
    transport,
    ip,
    main,
    bySource: bySource && moved.relocation.place(bySource.endpoint, 'haproxy'),
    inner: inner && moved.relocation.place(inner, 'haproxy'),
    brokers: listenersInOrder(subject, moved),
    clientAddress: second ? options.clientAddress : undefined,
    deniedAddress: second ? options.deniedAddress : undefined,
    mqtt: options.mqtt,
    bringsHeader: way.entry.wantsHeader === 'always',
    certified: scenario.client === 'mtls' || asked,
    apart: pace.apart,
    clients: pace.clients,
    login: subject.needsLogin ? options.login : undefined,
    speaks: options.speaks,
  }
}

/** The listener that the way in means comes first. */
function listenersInOrder({ pair, way }: Subject, moved: Relocated): SocketAddress[] {
  const all = pair.brokers.flatMap((one) => one.meaning.listeners)
  const ordered = [...all.filter((one) => one === way?.listener), ...all.filter((one) => one !== way?.listener)]
  const places = ordered.flatMap((one) => moved.relocation.place(one.endpoint, 'broker') ?? [])
  return places.length > 0 ? places : moved.brokers.flatMap((one) => one.listeners)
}

function sticksBySource(lines: readonly HaproxyLine[]): boolean {
  return lines.some((line) => line.words.map((word) => word.text).join(' ') === 'stick on src')
}

/** HAProxy's address towards the broker; `undefined` over a unix socket. */
export function haproxyAddress({ brokers, ip }: Stage): string | undefined {
  const [first] = brokers
  if (first === undefined || 'path' in first) return undefined
  return ip === 6 || first.host.includes(':') ? '::1' : '127.0.0.1'
}

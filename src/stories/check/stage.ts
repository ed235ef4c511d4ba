import type { Pair } from '../../check/pair.js'
import type { Stage } from '../../check/plan.js'
import { innerRouteOf, routesOf } from '../../check/routes.js'
import type { Relocated } from '../../check/sandbox/relocate.js'
import type { Place } from '../../check/sandbox/relocation.js'
import type { GroupOptions } from './group.js'
import type { Subject } from './sources.js'

type StageOptions = Pick<GroupOptions, 'clientAddress' | 'deniedAddress' | 'mqtt' | 'speaks'>

/** Where clients find a scenario in its sandbox; `undefined`: no way in. */
export function stageOf(subject: Subject, moved: Relocated, options: StageOptions): Stage | undefined {
  const { route, pair, scenario, transport, ip } = subject
  const main = route && moved.relocation.place(route.endpoint, 'haproxy')
  if (main === undefined || route === undefined) return undefined
  const bySource = routesOf(pair).find((one) => sticksBySource(one.backend?.lines ?? []))
  const inner = innerRouteOf(pair)
  const second = ip === 4 && 'host' in main && main.host.startsWith('127.')
  return {
    scenario,
    transport,
    ip,
    main,
    bySource: bySource && moved.relocation.place(bySource.endpoint, 'haproxy'),
    inner: inner && moved.relocation.place(inner.endpoint, 'haproxy'),
    brokers: listenersInOrder(subject, moved),
    clientAddress: second ? options.clientAddress : undefined,
    deniedAddress: second ? options.deniedAddress : undefined,
    mqtt: options.mqtt,
    bringsHeader: route.wantsHeader,
    speaks: options.speaks,
  }
}

/** The listener that the way in means comes first. */
function listenersInOrder({ pair, route }: Subject, moved: Relocated): Place[] {
  const all = pair.brokers.flatMap((one) => one.listeners)
  const ordered = [...all.filter((one) => one === route?.listener), ...all.filter((one) => one !== route?.listener)]
  const places = ordered.flatMap((one) => moved.relocation.place(one.endpoint, 'broker') ?? [])
  return places.length > 0 ? places : moved.brokers.flatMap((one) => one.listeners)
}

function sticksBySource(lines: Pair['haproxy'][number]['view']['proxies'][number]['lines']): boolean {
  return lines.some((line) => line.words.map((word) => word.text).join(' ') === 'stick on src')
}

/** HAProxy's address towards the broker; `undefined` over a unix socket. */
export function haproxyAddress({ brokers, ip }: Stage): string | undefined {
  const [first] = brokers
  if (first === undefined || 'path' in first) return undefined
  return ip === 6 || first.host.includes(':') ? '::1' : '127.0.0.1'
}

import type { PacketName } from '../mqtt-wire/packet-types.js'
import type { TapEvent } from './event.js'
import type { MqttPacket } from './packet.js'

export interface TapFilter {
  /** Only connections of these clients; `*` stands for any characters. */
  readonly clients: readonly string[]
  /** Only packets with a topic that one of these MQTT filters matches. */
  readonly topics: readonly string[]
  readonly types: readonly PacketName[]
}

/**
 * Chooses events. What a connection did before its CONNECT named the client is held back until then, at most
 * `heldMost` events a connection, so that the header of a chosen client is shown too.
 */
export class EventFilter {
  readonly #held = new Map<number, TapEvent[]>()
  readonly #chosen = new Map<number, boolean>()
  readonly #clients: readonly RegExp[]

  constructor(readonly filter: TapFilter) {
    this.#clients = filter.clients.map(wildcard)
  }

  /** The events to show now: none, this one, or this one with those that were held back. */
  take(event: TapEvent): readonly TapEvent[] {
    if (this.#clients.length === 0) return this.#wanted(event) ? [event] : []
    const { connection, what } = event
    if (what.kind === 'mqtt' && what.packet.name === 'CONNECT') {
      const chosen = this.#clients.some((one) => one.test(what.packet.clientId ?? ''))
      this.#chosen.set(connection, chosen)
      const before = this.#held.get(connection) ?? []
      this.#held.delete(connection)
      return chosen ? [...before, event].filter((one) => this.#wanted(one)) : []
    }
    const chosen = this.#chosen.get(connection)
    if (what.kind === 'close') {
      this.#chosen.delete(connection)
      this.#held.delete(connection)
    }
    if (chosen !== undefined) return chosen && this.#wanted(event) ? [event] : []
    const held = this.#held.get(connection) ?? []
    if (what.kind !== 'close' && held.length < heldMost) this.#held.set(connection, [...held, event])
    return []
  }

  #wanted({ what }: TapEvent): boolean {
    const { topics, types } = this.filter
    if (topics.length === 0 && types.length === 0) return true
    if (what.kind !== 'mqtt') return types.length === 0 && topics.length === 0
    const { packet } = what
    if (types.length > 0 && !types.includes(packet.name)) return false
    return topics.length === 0 || topicsOf(packet).some((topic) => topics.some((filter) => matches(filter, topic)))
  }
}

const heldMost = 16

function topicsOf(packet: MqttPacket): readonly string[] {
  if (packet.topic !== undefined) return [packet.topic]
  return (packet.filters ?? []).map((one) => one.filter)
}

/** MQTT 4.7: `+` one level, `#` all that follow. A subscription's own filter counts when it is the very same. */
function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true
  const [wanted, levels] = [filter.split('/'), topic.split('/')]
  for (const [index, one] of wanted.entries()) {
    if (one === '#') return index <= levels.length
    if (index >= levels.length || (one !== '+' && one !== levels[index])) return false
  }
  return wanted.length === levels.length
}

function wildcard(text: string): RegExp {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`, 's')
}

import type { Qos } from '../../mqtt-wire/packet-types.js'
import type { Session } from './session.js'

/** The subscription identifier of a SUBSCRIBE, as a list. */
export function idsOf({ id }: { readonly id: number | undefined }): readonly number[] {
  return id === undefined ? [] : [id]
}

/** What one session gets of a message that several of its subscriptions match. */
interface Merged {
  qos: Qos
  retain: boolean
  readonly ids: number[]
}

/**
 * One message for all subscriptions of a session that match, with the highest QoS and the identifiers of all of them
 * [MQTT-3.3.4-2, MQTT-3.3.4-4].
 */
export class Overlap {
  readonly #merged = new Map<Session, Merged>()

  add(session: Session, qos: Qos, retain: boolean, id: number | undefined): void {
    const merged = this.#merged.get(session) ?? { qos, retain, ids: [] }
    this.#merged.set(session, merged)
    if (qos > merged.qos) merged.qos = qos
    merged.retain ||= retain
    if (id !== undefined) merged.ids.push(id)
  }

  each(give: (session: Session, merged: Readonly<Merged>) => void): void {
    for (const [session, merged] of this.#merged) give(session, merged)
  }
}

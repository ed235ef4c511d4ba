import { printable } from '../kernel/printable.js'
import type { Protocol } from '../mqtt-wire/packet-types.js'
import { publish, publishLength, varintSize } from '../mqtt-wire/packet-writer.js'
import type { Log } from './log.js'
import type { OutgoingAliases } from './outgoing-aliases.js'
import type { Delivery } from './session/outgoing.js'

const emptyTopic = Buffer.alloc(0)

/** Who gets it, as far as it decides what is sent. */
interface Receiver {
  readonly protocol: Protocol
  /** As the log writes it. */
  readonly name: string
  readonly listener: { readonly mountPoint: string }
  readonly aliasesOut: OutgoingAliases
  /** Largest packet it takes; 0: any. */
  readonly maxPacket: number
  tooLarge(packetLength: number): boolean
  send(bytes: Buffer): void
}

/** Sends a message by PUBLISH; false where it is larger than the client takes [MQTT-3.1.2-24]. */
export function sendPublish(to: Receiver, delivery: Delivery, secondsLeft: number | undefined, log: Log): boolean {
  const { message, qos, id, dup, retain, subscriptionIds } = delivery
  const mount = to.listener.mountPoint.length
  const topic = mount > 0 ? message.topic.slice(mount) : message.topic
  const known = to.aliasesOut.find(topic)
  const alias = known ?? to.aliasesOut.add(topic)
  const out = {
    protocol: to.protocol,
    dup,
    qos,
    retain,
    id,
    topic: known !== undefined ? emptyTopic : mount > 0 ? Buffer.from(topic) : message.topicBytes,
    payload: message.payload,
    properties: message.properties,
    expiry: secondsLeft !== undefined && secondsLeft > 0 ? secondsLeft : undefined,
    alias,
    subscriptionIds,
  }
  if (log.wants('debug')) {
    log.write(
      'debug',
      `Sending PUBLISH to ${to.name} (d${dup ? 1 : 0}, q${qos}, r${retain ? 1 : 0}, m${id}, '${printable(topic)}', ... (${message.payload.length} bytes))`,
    )
  }
  if (to.maxPacket > 0) {
    const length = publishLength(out)
    if (to.tooLarge(1 + varintSize(length) + length)) {
      if (alias !== undefined && known === undefined) to.aliasesOut.forget(topic)
      log.write('notice', `Dropping too large outgoing PUBLISH for ${to.name} (${length} bytes)`)
      return false
    }
  }
  to.send(publish(out))
  return true
}

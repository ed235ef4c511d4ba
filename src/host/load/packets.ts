import { PACKET } from '../../mqtt-wire/packet-types.js'
import { fixedHeader } from '../../mqtt-wire/packet-writer.js'

export type LoadProtocol = 4 | 5

/** Who the clients of a load are. */
export interface LoadIdentity {
  /** Protocol level: MQTT 3.1.1 or MQTT 5. */
  readonly protocol: LoadProtocol
  /** Client ids begin with it. */
  readonly prefix: string
  readonly username: string | undefined
  readonly password: string | undefined
  /** Seconds. */
  readonly keepalive: number
}

export interface LoadPackets {
  readonly protocol: LoadProtocol
  /** CONNECT (clean session) of the client with this name behind the prefix. */
  connect(name: string): Buffer
  /** SUBSCRIBE, packet identifier 1. */
  subscribe(topics: readonly string[], qos: 0 | 1 | 2): Buffer
}

/** Protocol name, level, flags and keepalive, before the client id. */
const variableHeader = 10

/** CONNECT is generated once, without a client id: very many are made of it. */
export async function loadPackets({
  protocol,
  prefix,
  username,
  password,
  keepalive,
}: LoadIdentity): Promise<LoadPackets> {
  const { default: packet } = await import('mqtt-packet')
  const nobody = packet.generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: protocol,
    clean: true,
    clientId: '',
    keepalive,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: Buffer.from(password) }),
  })
  const body = nobody.subarray(remainingAt(nobody))
  // MQTT 5 has properties there: none, which is one byte.
  const idAt = variableHeader + (protocol === 5 ? 1 : 0)
  const head = body.subarray(0, idAt)
  const tail = body.subarray(idAt + 2)
  return {
    protocol,
    connect: (name) => {
      const id = Buffer.from(`${prefix}-${name}`)
      const length = head.length + 2 + id.length + tail.length
      return Buffer.concat([
        fixedHeader(PACKET.connect, length),
        head,
        Buffer.from([id.length >> 8, id.length & 0xff]),
        id,
        tail,
      ])
    },
    subscribe: (topics, qos) =>
      packet.generate(
        { cmd: 'subscribe', messageId: 1, subscriptions: topics.map((topic) => ({ topic, qos })) },
        { protocolVersion: protocol },
      ),
  }
}

/** Where the remaining length of a packet ends. */
function remainingAt(bytes: Buffer): number {
  let at = 1
  while ((bytes[at] ?? 0) > 0x7f) at += 1
  return at + 1
}

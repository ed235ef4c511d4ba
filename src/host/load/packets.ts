import { PACKET } from '../../mqtt-wire/packet-types.js'
import { fixedHeader } from '../../mqtt-wire/packet-writer.js'

/** Who the clients of a load are. */
export interface LoadIdentity {
  /** Client ids begin with it. */
  readonly prefix: string
  readonly username: string | undefined
  readonly password: string | undefined
  /** Seconds. */
  readonly keepalive: number
}

export interface LoadPackets {
  /** CONNECT (MQTT 3.1.1, clean session) of the client with this name behind the prefix. */
  connect(name: string): Buffer
  /** SUBSCRIBE, packet identifier 1. */
  subscribe(topics: readonly string[], qos: 0 | 1 | 2): Buffer
}

/** Protocol name, level, flags and keepalive, before the client id. */
const variableHeader = 10

/** CONNECT is generated once, without a client id: very many are made of it. */
export async function loadPackets({ prefix, username, password, keepalive }: LoadIdentity): Promise<LoadPackets> {
  const { default: packet } = await import('mqtt-packet')
  const nobody = packet.generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: '',
    keepalive,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: Buffer.from(password) }),
  })
  const body = nobody.subarray(remainingAt(nobody))
  const head = body.subarray(0, variableHeader)
  const tail = body.subarray(variableHeader + 2)
  return {
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
      packet.generate({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: topics.map((topic) => ({ topic, qos })),
      }),
  }
}

/** Where the remaining length of a packet ends. */
function remainingAt(bytes: Buffer): number {
  let at = 1
  while ((bytes[at] ?? 0) > 0x7f) at += 1
  return at + 1
}

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

export async function loadPackets({ prefix, username, password, keepalive }: LoadIdentity): Promise<LoadPackets> {
  const { default: packet } = await import('mqtt-packet')
  return {
    connect: (name) =>
      packet.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId: `${prefix}-${name}`,
        keepalive,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password: Buffer.from(password) }),
      }),
    subscribe: (topics, qos) =>
      packet.generate({
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: topics.map((topic) => ({ topic, qos })),
      }),
  }
}

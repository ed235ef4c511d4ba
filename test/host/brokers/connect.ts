import { connect } from 'node:net'
import { generate, parser } from 'mqtt-packet'

interface More {
  /** Default true. */
  readonly clean?: boolean
  /** Subscribes to it at QoS 1 before it goes. */
  readonly subscribe?: string
}

/** MQTT 3.1.1 CONNECT behind some bytes; resolves with the return code of the CONNACK and closes. */
export function mqttConnect(
  port: number,
  clientId: string,
  preface: Buffer = Buffer.alloc(0),
  { clean = true, subscribe }: More = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const packets = parser()
    let code = -1
    const leave = () => {
      socket.end(generate({ cmd: 'disconnect' }))
      resolve(code)
    }
    packets.on('packet', (packet) => {
      if (packet.cmd === 'suback') leave()
      if (packet.cmd !== 'connack') return
      code = packet.returnCode ?? -1
      if (subscribe === undefined || code !== 0) leave()
      else socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: subscribe, qos: 1 }] }))
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed without CONNACK')))
    socket.on('data', (data) => packets.parse(data))
    const packet = generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId,
      clean,
      keepalive: 60,
    })
    socket.write(Buffer.concat([preface, packet]))
  })
}

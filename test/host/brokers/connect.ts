import { connect } from 'node:net'
import { generate, parser } from 'mqtt-packet'

/** MQTT 3.1.1 CONNECT behind some bytes; resolves with the return code of the CONNACK and closes. */
export function mqttConnect(port: number, clientId: string, preface: Buffer = Buffer.alloc(0)): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const packets = parser()
    packets.on('packet', (packet) => {
      socket.end()
      if (packet.cmd === 'connack') resolve(packet.returnCode ?? -1)
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed without CONNACK')))
    socket.on('data', (data) => packets.parse(data))
    const packet = generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId,
      clean: true,
      keepalive: 60,
    })
    socket.write(Buffer.concat([preface, packet]))
  })
}

import { describe, expect, it } from 'vitest'
import { parseCuttlefish } from '../../../src/brokers/cuttlefish.js'
import { viewRabbitmq } from '../../../src/brokers/rabbitmq/view.js'

function listenersOf(text: string) {
  return viewRabbitmq(parseCuttlefish(text, 'rabbitmq.conf').document).listeners
}

describe('rabbitmq.conf', () => {
  it('one switch turns PROXY on for all MQTT listeners', () => {
    const listeners = listenersOf(
      'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.listeners.ssl.default = 8883\nmqtt.proxy_protocol = true\n',
    )
    expect(listeners.map((one) => [one.transport, one.proxy.value])).toEqual([
      ['tcp', true],
      ['ssl', true],
    ])
  })

  it('listens on 1883 of every address when no listener is written', () => {
    expect(listenersOf('mqtt.proxy_protocol = true\n')[0]?.endpoint).toEqual({
      kind: 'tcp',
      host: undefined,
      port: 1883,
    })
    expect(listenersOf('mqtt.listeners.tcp = none\nmqtt.proxy_protocol = true\n')).toEqual([])
    expect(listenersOf('listeners.tcp.default = 5672\n')).toEqual([])
  })

  it('reads the Web MQTT plugin with its own switch', () => {
    const listeners = listenersOf(
      'web_mqtt.tcp.ip = 127.0.0.1\nweb_mqtt.tcp.port = 15675\nweb_mqtt.proxy_protocol = true\n',
    )
    expect(listeners).toMatchObject([
      { plugin: 'web_mqtt', endpoint: { host: '127.0.0.1', port: 15675 }, proxy: { value: true } },
    ])
  })
})

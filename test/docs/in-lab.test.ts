import { describe, expect, it } from 'vitest'
import { inLab } from './in-lab.js'

const places = {
  broker: '127.0.0.1:40001',
  brokerLog: '/lab/mosquitto.log',
  front: '127.0.0.1:40002',
  haproxyConfig: '/lab/haproxy.cfg',
  statsSocket: '/lab/stats.sock',
  inner: '127.0.0.1:40003',
  mtls: '127.0.0.1:40004',
  mtlsBroker: '127.0.0.1:40005',
  webSocket: '127.0.0.1:40006',
}

describe('inLab', () => {
  it.each([
    [
      'mqtt-proxy probe 127.0.0.1:1883 --behind 127.0.0.1:1884',
      'mqtt-proxy probe 127.0.0.1:40002 --behind 127.0.0.1:40001',
    ],
    ['mqtt-proxy send mqtts://localhost:8883', 'mqtt-proxy send mqtts://localhost:40004'],
    ['mqtt-proxy probe mqtts://broker.example', 'mqtt-proxy probe mqtts://localhost:40004'],
    ['mqtt-proxy header encode | ncat 127.0.0.1 1884', 'mqtt-proxy header encode | ncat 127.0.0.1 40001'],
    ['mqtt-proxy doctor --live /run/haproxy/admin.sock', 'mqtt-proxy doctor --live /lab/stats.sock'],
    ['mqtt-proxy broker -p 1884 --json', 'mqtt-proxy broker -p 0 --json'],
    ['mqtt-proxy gen broker proxy --listen 127.0.0.1:1884', 'mqtt-proxy gen broker proxy --listen 127.0.0.1:1884'],
  ])('changes the addresses of what connects: %s', (example, line) => {
    expect(inLab(example, places)).toBe(line)
  })

  it.each([
    'mqtt-proxy broker -p 1885',
    'mqtt-proxy broker --json',
    'mqtt-proxy probe 127.0.0.1:9999',
    'mqtt-proxy probe 127.0.0.1',
    'mqtt-proxy send mqtt://broker.example:1883',
    'mqtt-proxy probe mqtts://broker.example:1883',
    'mqtt-proxy conformance localhost:1884',
    'mqtt-proxy who --socket /run/haproxy-master.sock',
  ])('refuses an address that is not in the lab: %s', (example) => {
    expect(() => inLab(example, places)).toThrow('the lab has not')
  })
})

import { describe, expect, it } from 'vitest'
import { recognise } from '../../src/brokers/recognise.js'

describe('which dialect a file is', () => {
  it.each([
    ['frontend f\n    bind :1883\n', 'x', 'haproxy'],
    ['# only\nglobal\n    daemon\n', 'x', 'haproxy'],
    ['listener 1883\nallow_anonymous true\n', 'x', 'mosquitto'],
    ['enable_proxy_protocol_v2 true\n', 'x', 'mosquitto'],
    ['listener.tcp.default = 127.0.0.1:1883\n', 'x', 'vernemq'],
    ['listeners.tcp.default = 5672\nmqtt.proxy_protocol = true\n', 'x', 'rabbitmq'],
    ['', 'etc/haproxy.cfg', 'haproxy'],
    ['', 'a/mosquitto.conf', 'mosquitto'],
    ['hello world\n', 'notes.txt', undefined],
    ['user mosquitto\nlog_dest stdout\n', 'x', 'mosquitto'],
  ])('%j in %s is %s', (text, file, dialect) => {
    expect(recognise(text, file)).toBe(dialect)
  })
})

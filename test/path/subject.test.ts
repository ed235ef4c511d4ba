import { describe, expect, it } from 'vitest'
import { modelOfFiles } from './describe.js'

const mosquitto = 'listener 1884 127.0.0.1\nlistener 1885 127.0.0.1\nprotocol websockets\nallow_anonymous true\n'

function names(text: string, which: 'mqtt' | 'carriers', broker = mosquitto): readonly string[] {
  const files = new Map([
    ['h.cfg', `defaults\n mode tcp\n${text}`],
    ['m.conf', broker],
  ])
  return [...modelOfFiles(files)[which]].map((one) => one.name).sort()
}

describe('proxies that carry MQTT', () => {
  it.each<[string, string, readonly string[]]>([
    ['by a name', 'listen my_mqtt\n bind :1\n server s 10.0.0.1:2\n', ['my_mqtt']],
    ['by the name of a broker', 'listen EMQX\n bind :1\n server s 10.0.0.1:2\n', ['EMQX']],
    ['by the port of a bind', 'listen l\n bind :1883\n server s 10.0.0.1:2\n', ['l']],
    ['by the port of TLS', 'listen l\n bind :8883\n server s 10.0.0.1:2\n', ['l']],
    ['by the port of one of two binds', 'listen l\n bind :1\n bind :8883\n server s 10.0.0.1:2\n', ['l']],
    ['by the port of a server', 'listen l\n bind :1\n server s 10.0.0.1:1883\n', ['l']],
    [
      'by what it looks for',
      'listen l\n bind :1\n tcp-request content reject unless { req.payload(0,0),mqtt_is_valid }\n server s 10.0.0.1:2\n',
      ['l'],
    ],
    ['by a listener that it leads to', 'listen l\n bind :1\n server s 127.0.0.1:1884\n', ['l']],
    ['not by a WebSocket listener', 'listen l\n bind :1\n server s 127.0.0.1:1885\n', []],
    ['not by a server that is disabled', 'listen l\n bind :1\n server s 127.0.0.1:1884 disabled\n', []],
    ['not by any port', 'listen l\n bind :11883\n server s 10.0.0.1:2\n', []],
    ['not by a socket', 'listen l\n bind unix@/run/x\n server s unix@/run/y\n', []],
    [
      'with the frontend that leads to it',
      'frontend f\n bind :1\n default_backend b\nbackend b\n server s 127.0.0.1:1884\n',
      ['b', 'f'],
    ],
    [
      'with the backend that it leads to',
      'frontend f\n bind :1883\n default_backend b\nbackend b\n server s 10.0.0.1:2\n',
      ['b', 'f'],
    ],
    [
      'not with a frontend that chooses by a rule',
      'frontend f\n bind :1\n use_backend b if { src 10.0.0.1 }\n default_backend c\nbackend b\n server s 127.0.0.1:1884\nbackend c\n server s 10.0.0.1:2\n',
      ['b'],
    ],
    [
      'not what stands beside it',
      'listen l\n bind :1883\n server s 10.0.0.1:2\nlisten web\n bind :80\n server s 10.0.0.1:3\n',
      ['l'],
    ],
  ])('%s', (_, text, expected) => {
    expect(names(text, 'mqtt')).toEqual(expected)
  })
})

describe('proxies that lead to a broker in any way', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'over WebSocket',
      'frontend f\n mode http\n bind :80\n default_backend b\nbackend b\n mode http\n server s 127.0.0.1:1885\n',
      ['b', 'f'],
    ],
    [
      'over another hop',
      'listen a\n bind :1\n server s 127.0.0.1:9\nlisten b\n bind 127.0.0.1:9\n server s 127.0.0.1:1885\n',
      ['a', 'b'],
    ],
    ['without a frontend', 'backend b\n server s 127.0.0.1:1885\n', ['b']],
    ['or ask for MQTT', 'listen l\n bind :1\n acl m req.payload(0,0),mqtt_is_valid\n server s 10.0.0.1:2\n', ['l']],
    [
      'or ask for a field of it',
      'listen l\n bind :1\n stick on req.payload(0,0),mqtt_field_value(connect,username)\n server s 10.0.0.1:2\n',
      ['l'],
    ],
    [
      'but not those that only name it',
      'listen l\n bind :1\n acl my_mqtt_is_valid src 10.0.0.1\n acl mqtt_other src 10.0.0.1\n server s 10.0.0.1:2\n',
      [],
    ],
    ['but not others', 'listen l\n bind :1\n server s 10.0.0.1:2\n', []],
  ])('%s', (_, text, expected) => {
    expect(names(text, 'carriers')).toEqual(expected)
  })
})

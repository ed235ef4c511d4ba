import { describe, expect, it } from 'vitest'
import { describeMismatches, modelOfFiles } from '../describe.js'
import { recordVariations, type Variation } from './variations.js'

const broker = 'listener 1884 127.0.0.1\nallow_anonymous true\n'
const server = ' server b 127.0.0.1:1884\n'

function frontend(lines: string, behind = ''): Variation {
  return { haproxy: `frontend f_mqtt\n bind :1883\n${lines}${behind}` }
}

describe('a frontend without a backend', () => {
  const kinds = (lines: string) => {
    const text = `defaults\n mode tcp\nfrontend f\n bind :1883\n${lines}\n`
    return modelOfFiles(new Map([['h.cfg', text]])).mismatches.map((one) => one.kind)
  }

  it.each([
    'stats enable',
    'redirect scheme https',
    'dispatch 192.0.2.1:80',
    'monitor-uri /alive',
    'http-request redirect location /',
    'http-request return status 200',
    'http-request deny',
    'http-request reject',
    'http-request tarpit',
    'http-request use-service prometheus-exporter',
    'option http_proxy',
    'option transparent',
    'tcp-request connection reject',
    'tcp-request connection silent-drop',
    'tcp-request content use-service lua.hello',
    'tcp-request content close',
    'tcp-request session attach-srv b/s',
    'tcp-request session attach-srv b/s if { always_true }',
    'use_backend nowhere if { src 10.0.0.0/8 }',
    'disabled',
  ])('answers by itself with "%s", or chooses one', (line) => {
    expect(kinds(` ${line}`)).toEqual([])
  })

  it.each([
    'http-request set-header X 1',
    'http-request',
    'option dontlognull',
    'option',
    'tcp-request connection accept',
    'tcp-request connection reject if { src 10.0.0.0/8 }',
    'tcp-request content silent-drop unless { src 10.0.0.0/8 }',
    'tcp-request inspect-delay 5s',
    'log global',
    'maxconn 10',
    '',
  ])('cuts every client off with "%s"', (line) => {
    expect(kinds(` ${line}`)).toEqual(['no-route'])
  })

  // configuration.txt, 4: letters, digits, "-", "_", "." and ":"; HAProxy ends with "expects an <id>" or "not permitted".
  it.each([
    ['b_1.x:y-Z', 'default_backend b_1.x:y-Z', 1],
    ['', 'default_backend NAME', 0],
    ["''", 'default_backend NAME', 0],
    ["'a b'", 'default_backend NAME', 0],
    ['"$X"', 'default_backend NAME', 0],
    ['${X}', 'default_backend NAME', 0],
  ])('is led to the backend with the name <%s> as HAProxy takes it: %s', (name, text, edits) => {
    const file = `defaults\n mode tcp\nfrontend f\n bind :1883\nbackend ${name}\n server s 10.0.0.1:1883\n`
    const [found] = modelOfFiles(new Map([['h.cfg', file]])).mismatches
    expect([found?.kind, found?.remedy?.text, found?.remedy?.edits?.length ?? 0]).toEqual(['no-route', text, edits])
  })

  it('has no client without a bind, and a backend has none of its own', () => {
    const text = 'defaults\n mode tcp\nfrontend f\nlisten l\nbackend b\n server s 10.0.0.1:1883\n'
    expect(describeMismatches(modelOfFiles(new Map([['h.cfg', text]])))).toBe('')
  })
})

recordVariations('route', {
  'no backend at all': frontend(''),
  'one backend': frontend('', `backend b\n${server}`),
  'one backend that nobody names, and one that is named': frontend(
    '',
    'frontend g\n bind :1\n default_backend one\nbackend one\n server s 10.0.0.1:1\nbackend two\n server s 10.0.0.2:1\n',
  ),
  'one named by a rule, and one that nobody names': frontend(
    '',
    'frontend g\n bind :1\n use_backend one if { src 10.0.0.1 }\n default_backend two\nbackend one\n server s 10.0.0.1:1\nbackend two\n server s 10.0.0.2:1\nbackend three\n server s 10.0.0.3:1\n',
  ),
  'only one that is named already': frontend(
    '',
    'frontend g\n bind :1\n default_backend one\nbackend one\n server s 10.0.0.1:1\n',
  ),
  'two that nobody names': frontend('', 'backend one\n server s 10.0.0.1:1\nbackend two\n server s 10.0.0.2:1\n'),
  'a branch that depends on the build': { haproxy: '.if feature(QUIC)\nfrontend f\n bind :1883\n.endif\n' },
  'a section with a branch inside': frontend('.if feature(QUIC)\n default_backend b\n.endif\n', `backend b\n${server}`),

  'every server is disabled': frontend(
    ' default_backend b\n',
    'backend b\n server s 127.0.0.1:1884 disabled\n server t 127.0.0.1:1885 check disabled\n',
  ),
  'one of two is disabled': frontend(
    ' default_backend b\n',
    'backend b\n server s 127.0.0.1:1884 disabled\n server t 127.0.0.1:1885\n',
  ),
  'all are disabled by default-server, one is enabled again': frontend(
    ' default_backend b\n',
    'backend b\n default-server disabled\n server s 127.0.0.1:1884\n server t 127.0.0.1:1885 enabled\n',
  ),
  'disabled by default-server': frontend(
    ' default_backend b\n',
    'backend b\n default-server disabled\n server s 127.0.0.1:1884\n',
  ),
  'disabled where only a rule leads': frontend(
    ' use_backend b if { src 10.0.0.0/8 }\n',
    'backend b\n server s 127.0.0.1:1884 disabled\n',
  ),
  'disabled where a rule and the default lead': frontend(
    ' use_backend b if { src 10.0.0.0/8 }\n default_backend b\n',
    'backend b\n server s 127.0.0.1:1884 disabled\n',
  ),
  'disabled where nobody leads': { haproxy: 'backend b\n server s 127.0.0.1:1884 disabled\n' },
  'a disabled backend with a disabled server': frontend(
    ' default_backend b\n',
    'backend b\n disabled\n server s 127.0.0.1:1884 disabled\n',
  ),
  'a listen with a disabled server': { haproxy: 'listen l\n bind :1883\n server s 127.0.0.1:1884 disabled\n' },
  'a state file': {
    haproxy: 'global\n server-state-file /s\nlisten l\n bind :1883\n server s 127.0.0.1:1884 disabled\n',
  },
  'a folder of state files': {
    haproxy: 'global\n server-state-base /s\nlisten l\n bind :1883\n server s 127.0.0.1:1884 disabled\n',
  },
  'a state file of the proxy': {
    haproxy: 'listen l\n bind :1883\n load-server-state-from-file local\n server s 127.0.0.1:1884 disabled\n',
  },
  'another global line': {
    haproxy: 'global\n stats socket /s\nlisten l\n bind :1883\n server s 127.0.0.1:1884 disabled\n',
  },

  'a loop': { haproxy: 'listen l_mqtt\n bind :1883\n server s 127.0.0.1:1883\n' },
  'a loop of two': {
    haproxy:
      'listen a\n bind :1883\n server s 127.0.0.1:1885\nlisten b\n bind 127.0.0.1:1885\n server s 127.0.0.1:1883\n',
  },
  'a loop that a rule leaves': {
    haproxy:
      'frontend f\n bind :1883\n use_backend b if { src 10.0.0.1 }\n default_backend c\nbackend b\n server s 127.0.0.1:1883\nbackend c\n server s 10.0.0.5:1883\n',
  },
  'the same port of another machine': { haproxy: 'listen l_mqtt\n bind :1883\n server s 10.0.0.5:1883\n' },

  'mode http before a broker': {
    haproxy: `listen l_mqtt\n mode http\n bind :1883\n${server}`,
    mosquitto: broker,
  },
  'mode http of a backend alone': {
    haproxy: `frontend f_mqtt\n bind :1883\n default_backend b\nbackend b\n mode http\n${server}`,
    mosquitto: broker,
  },
  'mode http of defaults, for two proxies': {
    haproxy: `defaults\n mode http\nfrontend f_mqtt\n bind :1883\n default_backend b\nbackend b\n${server}`,
    mosquitto: broker,
  },
  'mode http by its name alone, and another port': {
    haproxy: 'listen mqtt_dashboard\n mode http\n bind :8080\n server s 127.0.0.1:9000\n',
    mosquitto: broker,
  },
  'mode http on port 8883': { haproxy: 'listen l\n mode http\n bind :8883\n server s 10.0.0.1:80\n' },
  'mode http on port 1883': { haproxy: 'listen l\n mode http\n bind :1883\n server s 10.0.0.1:80\n' },
  'mode http before WebSocket': {
    haproxy: `listen mqtt\n mode http\n bind :1883\n${server}`,
    mosquitto: `listener 1884 127.0.0.1\nprotocol websockets\nallow_anonymous true\n`,
  },
  'mode http before WebSocket and MQTT': {
    haproxy: `listen mqtt\n mode http\n bind :1883\n${server} server c 127.0.0.1:1885\n`,
    mosquitto: `listener 1884 127.0.0.1\nprotocol websockets\nlistener 1885 127.0.0.1\nallow_anonymous true\n`,
  },
  'mode http by default of HAProxy 3.4': {
    haproxy: `defaults\n timeout connect 5s\nlisten mqtt\n bind :1883\n${server}`,
    mosquitto: broker,
  },
})

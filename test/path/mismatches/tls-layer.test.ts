import { recordVariations, type Variation } from './variations.js'

const own = 'listener 8884 127.0.0.1\ncertfile c\nkeyfile k\nallow_anonymous true\n'
const plain = 'listener 1884 127.0.0.1\nallow_anonymous true\n'

function pair(bind: string, server: string, mosquitto: string): Variation {
  return { haproxy: `listen mqtt\n bind :8883${bind}\n server b ${server}\n`, mosquitto }
}

function chain(bind: string, server: string, innerBind: string, innerServer: string, mosquitto: string): Variation {
  return {
    haproxy: `listen mqtt\n bind :8883${bind}\n server i 127.0.0.1:9883${server}\n`,
    inner: `listen i\n bind 127.0.0.1:9883${innerBind}\n server b ${innerServer}\n`,
    mosquitto,
  }
}

recordVariations('tls-layer', {
  'TLS passed through': pair('', '127.0.0.1:8884', own),
  'TLS ends, and begins again': pair(' ssl crt s.pem', '127.0.0.1:8884 ssl verify none', own),
  'TLS ends, and the listener wants it': pair(' ssl crt s.pem', '127.0.0.1:8884', own),
  'TLS ends, and a WebSocket listener wants it': pair(
    ' ssl crt s.pem',
    '127.0.0.1:8884',
    'listener 8884 127.0.0.1\nprotocol websockets\ncertfile c\nkeyfile k\nallow_anonymous true\n',
  ),
  'TLS begins, and the listener has none': pair('', '127.0.0.1:1884 ssl verify none', plain),
  'TLS begins, and a WebSocket listener wants it': pair(
    '',
    '127.0.0.1:8884 ssl verify none',
    'listener 8884 127.0.0.1\nprotocol websockets\ncertfile c\nkeyfile k\nallow_anonymous true\n',
  ),
  'no TLS at all': pair('', '127.0.0.1:1884', plain),

  'TLS ends, and an inner bind wants it': chain(' ssl crt s.pem', '', ' ssl crt i.pem', '127.0.0.1:1884', plain),
  'TLS ends at the inner bind': chain('', '', ' ssl crt i.pem', '127.0.0.1:1884', plain),
  'TLS ends at the inner bind, and the listener wants it': chain('', '', ' ssl crt i.pem', '127.0.0.1:8884', own),
  'TLS to the inner bind': chain(' ssl crt s.pem', ' ssl verify none', ' ssl crt i.pem', '127.0.0.1:1884', plain),
  'TLS to an inner bind without': chain(' ssl crt s.pem', ' ssl verify none', '', '127.0.0.1:1884', plain),
  'TLS to an inner bind without, and on to a listener with TLS': chain(
    ' ssl crt s.pem',
    ' ssl verify none',
    '',
    '127.0.0.1:8884',
    own,
  ),
  'TLS twice': chain(' ssl crt s.pem', ' ssl verify none', '', '127.0.0.1:8884 ssl verify none', own),
  'TLS twice to a plain listener': chain('', ' ssl verify none', '', '127.0.0.1:1884 ssl verify none', plain),
  'a header in front of TLS that the inner bind ends': chain(
    ' ssl crt s.pem',
    ' ssl verify none send-proxy-v2',
    ' ssl crt i.pem',
    '127.0.0.1:1884',
    plain,
  ),
  'a header in front of TLS, and the inner bind reads both': chain(
    ' ssl crt s.pem',
    ' ssl verify none send-proxy-v2',
    ' ssl crt i.pem accept-proxy',
    '127.0.0.1:1884',
    plain,
  ),
})
